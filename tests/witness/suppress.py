"""The list of whom not to write to (section 7): every address found in a line counts, however the line looks."""
import os
import re

from meaning import MARKS, lower
from person import BETWEEN, mobile_of, sound_email

LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*\Z")
PLAIN = re.compile(r'[A-Za-z0-9._%+-]*\Z')
DOMAIN = re.compile(r'[A-Za-z0-9.-]*')
GROUP = re.compile('[0-9]+')
PLUS = re.compile(r'\+[%s]*\Z' % BETWEEN)
LONGEST = 40      # no number has more characters than that


class NoText(Exception):
    """The file is no text (exit 2)."""


def text_of_list(data):
    """UTF-8, or UTF-16 by its mark; bytes that are neither are read over."""
    for mark, name in ((b'\xff\xfe', 'utf-16-le'), (b'\xfe\xff', 'utf-16-be'), (b'\xef\xbb\xbf', 'utf-8')):
        if data.startswith(mark):
            text = data[len(mark):].decode(name, 'replace')
            break
    else:
        text = data.decode('utf-8', 'replace')
    if '\0' in text:
        raise NoText
    return text


def emails_in(line):
    for at in (m.start() for m in re.finditer('@', line)):
        domain = DOMAIN.match(line, at + 1).group().rstrip('.-')
        plain = PLAIN.search(line, 0, at).group().strip('.')
        for local in {LOCAL.search(line, 0, at).group().strip('.'), plain, plain.lstrip('._%+-')}:
            if sound_email(local + '@' + domain):
                yield lower(local + '@' + domain)


def mobiles_in(line):
    """Every stretch from one group of digits to another that reads as a mobile."""
    groups = [m.span() for m in GROUP.finditer(line)]
    for n, (start, _) in enumerate(groups):
        plus = PLUS.search(line, 0, start)
        starts = [start, plus.start()] if plus else [start]
        for m in range(n, len(groups)):
            end = groups[m][1]
            if m > n and re.search('[^%s]' % BETWEEN, line[groups[m - 1][1]:groups[m][0]]) or groups[m][0] - start > LONGEST * 4:
                break
            for begin in starts:
                found, _ = mobile_of(line[begin:end])
                if found:
                    yield found


def addresses(data):
    """Emails and mobiles of the file's bytes."""
    found = set()
    for line in re.split('[\r\n]+', text_of_list(data)):
        for seen in {line, line.translate(dict.fromkeys(map(ord, MARKS)))}:
            found.update(emails_in(seen), mobiles_in(seen))
    return found


def read_list(account, name):
    """The addresses of the file that the setting names, or None if there is none."""
    if not name:
        return None
    with open(os.path.join(account, name), 'rb') as f:
        return addresses(f.read())
