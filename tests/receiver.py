#!/usr/bin/env python3
"""receiver.py DAILYSTORY: the stand-in DailyStory does what its switches say, and spoils what its faults say.

A test of the tests: what tests/push.py proves rests on it. Ends with 'N passed, M failed'.
"""
import http.client
import json
import os
import socket
import ssl
import sys
import tempfile

from fetching.place import Tls
from lab.lab import Lab
from pushing.receiver import TOKEN, Receiver

CONTACT, OPT_OUT, ABOUT = '/api/v1/contact', '/api/v1/contact/optout/email', '/api/v1/about'
ANN, BOB = {'email': 'ann@example.com'}, {'mobilePhone': '+13035551000'}


class Client:
    """Calls as a program would make them."""

    def __init__(self, binary, *options, tls=None):
        self.tls, self.far = tls, Receiver(binary, *options, tls=tls)

    def call(self, method, path, body=None, token=TOKEN, type_='application/json'):
        """(status, body as text); ('broken', why) where no whole answer came."""
        c = http.client.HTTPConnection('127.0.0.1', self.far.port, timeout=2)
        if self.tls:
            c = http.client.HTTPSConnection('127.0.0.1', self.far.port, timeout=2, context=self.far.context)
        headers = {'Authorization': 'Bearer ' + token, 'Content-Type': type_}
        try:
            c.request(method, path, None if body is None else json.dumps(body), headers)
            answer = c.getresponse()
            self.headers = answer.headers
            return answer.status, answer.read(3 << 20).decode()
        except (OSError, http.client.HTTPException, ssl.SSLError, socket.timeout) as e:
            return 'broken', repr(e)
        finally:
            c.close()

    def post(self, body, path=CONTACT):
        status, text = self.call('POST', path, body)
        return status, json.loads(text)

    def id(self, body):
        """The dsid that a contact sent so has."""
        status, answer = self.post(body)
        assert status == 200 and answer['Status'] is True, answer
        return answer['Response']['id']

    def get(self, dsid):
        return json.loads(self.call('GET', CONTACT + '/' + dsid)[1])['Response']

    def contacts(self):
        return {c['id']: c for c in self.far.books()['contacts']}


def plain(lab, c):
    lab.equal('about', c.call('GET', ABOUT)[0], 200)
    lab.equal('a wrong token', c.call('GET', ABOUT, token='other')[0], 401)
    lab.equal('no such path', c.call('POST', '/api/v1/nothing', {})[0], 404)
    lab.equal('not said to be JSON', c.call('POST', CONTACT, ANN, type_='text/plain')[0], 415)
    lab.equal('no JSON', c.call('POST', CONTACT, type_='application/json')[0], 400)
    ann, bob = c.id(ANN), c.id(BOB)
    lab.check('two contacts, two ids of 16 to 40 letters and digits', ann != bob and all(16 <= len(i) <= 40 and i.isalnum() for i in (ann, bob)), (ann, bob))
    lab.equal('found again by email', c.id(ANN), ann)
    lab.equal('found again by mobile', c.id(BOB), bob)
    lab.equal('with its dsId', c.id({'dsId': ann, 'firstName': 'Ann', 'extendedProperties': {'fh_id': 'c1'}}), ann)
    got = c.get(ann)
    lab.equal('read back', (got['email'], got['firstName'], got['extendedProperties']), ('ann@example.com', 'Ann', {'fh_id': 'c1'}))
    lab.equal('moves to another address', (c.id({'dsId': ann, 'email': 'new@example.com'}), c.get(ann)['email']), (ann, 'new@example.com'))
    lab.check('whose old address makes another contact', c.id(ANN) not in (ann, bob))
    for body in ({}, {'email': ''}, {**ANN, 'extendedProperties': {'fh_points': 3}}, {**ANN, 'extendedProperties': {'Fh Points': '3'}}, {**ANN, 'shoe': '3'},
                 {'dsId': bob, 'mobilePhone': ''}, {**ANN, 'status': 'Happy'}, []):
        lab.equal('refused: %s' % body, c.post(body)[0], 400)
    lab.equal('no such dsId', c.post({'dsId': 'x' * 24})[0], 404)
    lab.equal('deleted', (c.call('DELETE', CONTACT + '/' + bob)[0], c.call('GET', CONTACT + '/' + bob)[0], c.post({'dsId': bob})[0]), (200, 404, 404))
    lab.check('and made anew by its mobile', c.id(BOB) != bob)


def segments(lab, c):
    ann = c.id(ANN)
    lab.equal('a segment is made', c.post({'id': 0, 'name': 'flowstory: New'}, '/api/v1/segment')[1]['Response']['id'], 1)
    lab.equal('and filled', c.post([ann], '/api/v1/segment/contacts/1')[0], 200)
    lab.equal('each once', (c.post([ann, ann], '/api/v1/segment/contacts/1')[0], c.far.books()['segments'][0]['dsids']), (200, [ann]))
    lab.equal('and listed', json.loads(c.call('GET', '/api/v1/segments')[1])['Response'], [{'id': 1, 'name': 'flowstory: New', 'contacts': 1}])
    lab.equal('no such segment', c.post([ann], '/api/v1/segment/contacts/2')[0], 404)
    lab.equal('no such contact', c.post(['x'], '/api/v1/segment/contacts/1')[0], 400)


def matching(lab, c):
    ann, bob = c.id(ANN), c.id(BOB)
    c.far.switch('taken', 'move')
    lab.equal('email first', (c.id({**ANN, **BOB}), c.contacts()[ann]['mobilePhone']), (ann, '+13035551000'))
    c.far.edit('change', dsid=bob, field='mobilePhone', value='+13035551000')
    c.far.switch('match', 'mobile')
    lab.equal('mobile first', (c.id({**ANN, **BOB}), c.contacts()[bob]['email']), (bob, 'ann@example.com'))
    c.far.edit('change', dsid=ann, field='email', value='ann@example.com')
    c.far.switch('match', 'conflict')
    lab.equal('neither', c.post({**ANN, **BOB})[0], 409)
    c.far.switch('taken', 'refuse')
    lab.equal('an address of another contact', c.post({'dsId': bob, **ANN})[0], 409)
    c.far.edit('merge', dsid=bob, into=ann)
    lab.equal('merged: found no more', c.post({'dsId': bob, 'firstName': 'Bob'})[0], 404)
    lab.equal('merged: its address is the other one\'s', c.id(BOB), ann)


def switches(lab, c):
    ann = c.id({**ANN, **BOB, 'city': 'Denver', 'firstName': 'ann-marie', 'extendedProperties': {'fh_products': 'og KUSH'}})
    empty = {'dsId': ann, 'city': '', 'extendedProperties': {'fh_products': ''}}
    for word, status, city in (('refuse', 400, 'Denver'), ('keep', 200, 'Denver'), ('clear', 200, None)):
        c.far.switch('empty', word)
        lab.equal('"" %s' % word, (c.post(empty)[0], c.get(ann).get('city'), 'fh_products' in c.get(ann)['extendedProperties']), (status, city, city is not None))
    lab.equal('a mobile is cleared where an email is', (c.post({'dsId': ann, 'mobilePhone': ''})[0], c.get(ann).get('mobilePhone')), (200, None))
    c.far.switch('names', 'title')
    c.far.switch('custom', 'title')
    c.post({'dsId': ann, 'firstName': 'ann-MARIE', 'extendedProperties': {'fh_products': 'og KUSH'}})
    lab.equal('re-cased', (c.get(ann)['firstName'], c.get(ann)['extendedProperties']['fh_products']), ('Ann-Marie', 'Og Kush'))
    lab.equal('by email: off', c.call('GET', CONTACT + '/ann@example.com')[0], 404)
    c.far.switch('by_email', 'on')
    lab.equal('by email: on', c.get('ann@example.com')['id'], ann)
    c.far.switch('deleted', 'status')
    c.call('DELETE', CONTACT + '/' + ann)
    lab.equal('Deleted, and says so', (c.get(ann)['status'], c.post({'dsId': ann})[1]['Response']['status']), ('Deleted', 'Deleted'))
    c.far.switch('deleted', 'revive')
    c.far.edit('status', dsid=ann, value='Active')
    c.call('DELETE', CONTACT + '/' + ann)
    lab.equal('Deleted, and found again', (c.id(ANN), c.get(ann)['status']), (ann, 'Active'))
    c.far.switch('segments', 'off')
    lab.equal('no segments', c.post({'id': 0, 'name': 'x'}, '/api/v1/segment')[0], 404)


def refusals(lab, c):
    """The log of harm sees what a push must never do."""
    ann = c.id(ANN)
    lab.equal('opted out by email', (c.post([ANN], OPT_OUT)[0], c.contacts()[ann]['out_of_email'], c.far.harm()), (200, True, []))
    c.id({'email': 'second@example.com'})
    c.post({'dsId': ann, 'email': 'third@example.com'})
    later = c.id(ANN)
    lab.equal('one who has the address later is out, too', (later != ann, c.contacts()[later]['out_of_email'], c.far.harm()), (True, True, []))
    lab.equal('a text flag has no name', c.post({'dsId': ann, 'noTexts': True})[0], 400)
    c.far.switch('text_flag', 'noTexts')
    c.far.switch('optouts', 'contact')
    c.id({'dsId': ann, 'mobilePhone': '+13035552000', 'noTexts': True})
    lab.equal('out of texts', (c.contacts()[ann]['out_of_texts'], c.get(ann)['noTexts'], c.far.harm()), (True, True, []))
    c.id({'dsId': ann, 'noTexts': False})
    lab.equal('an opt-in is harm', c.far.harm(), ['text +13035552000 ' + ann])
    other = c.id({'mobilePhone': '+13035552001'})
    c.far.switch('taken', 'move')
    c.id({'dsId': other, 'mobilePhone': '+13035552000'})
    lab.equal('so is another contact at the address', c.far.harm()[1:], ['text +13035552000 ' + other])
    c.far.switch('endpoint', 'off')
    lab.equal('no such endpoint', c.call('POST', OPT_OUT, [ANN])[0], 404)


def faults(lab, c):
    for kind, status in (('401', 401), ('409', 409), ('429', 429), ('503', 503), ('refused', 200), ('html', 200), ('empty', 200), ('302', 302)):
        c.far.fault(kind, 'POST /api/v1/contact', count=1, value='7')
        got = c.call('POST', CONTACT, ANN)
        lab.equal('fault %s' % kind, (got[0], c.contacts()), (status, {}))
        if kind in ('429', '503'):
            lab.equal('Retry-After', c.headers['Retry-After'], '7')
    for kind in ('before', 'silent'):
        c.far.fault(kind, 'POST', count=1, value='2300')
        lab.equal('fault %s' % kind, c.call('POST', CONTACT, ANN)[0], 'broken')
    c.far.control('clear')
    c.far.fault('otherid', 'POST /api/v1/contact$', skip=1, count=1)
    first, second = c.id(ANN), c.id(BOB)
    lab.equal('otherid', (first == second, len(c.contacts())), (True, 2))
    c.far.fault('404', 'POST /api/v1/contact$', count=1)
    lab.equal('another path', c.call('POST', OPT_OUT, [ANN])[0], 200)
    lab.equal('this path', c.call('POST', CONTACT, ANN)[0], 404)
    for n, kind in enumerate(('lost', 'cut', 'reset', 'rudecut', 'cutjson', 'wrongid', 'noid', 'large', 'rude', 'twice', 'slow')):
        email = 'n%d@example.com' % n
        c.far.fault(kind, 'POST', count=1, value='10')
        status, text = c.call('POST', CONTACT, {'email': email})
        whole = kind in ('wrongid', 'noid', 'large', 'twice', 'slow') or (kind == 'rude' and not c.tls)
        lab.check('fault %s is seen' % kind, (status == 'broken' or not text.endswith('}')) != whole or kind in ('large', 'rude'), (status, text[:200]))
        lab.equal('fault %s, and done once' % kind, [x.get('email') for x in c.contacts().values()].count(email), 1)
    c.far.fault('endless', 'GET', count=1)
    lab.check('endless', len(c.call('GET', ABOUT)[1]) >= 1 << 20)
    lab.equal('right again', c.call('GET', ABOUT)[0], 200)


def counting(lab, c):
    c.far.control('forget')
    c.id(ANN)
    lab.equal('one call', c.far.rate(), {'calls': 1, 'ms': 0, 'most_in_a_second': 1, 'connections': 1})
    for _ in range(4):
        c.id(ANN)
    rate = c.far.rate()
    lab.check('five calls', rate['calls'] == 5 and 1 <= rate['most_in_a_second'] <= 5, rate)
    c.far.control('delay', ms=60)
    c.far.control('forget')
    for _ in range(4):
        c.id(ANN)
    lab.check('slower', c.far.rate()['ms'] >= 180, c.far.rate())
    c.far.control('token', value='other')
    lab.equal('the token is another', c.call('GET', ABOUT)[0], 401)
    lab.equal('the log has bodies', json.loads(c.far.log()[-2][6]), ANN)


def main():
    lab = Lab()
    binary = os.path.abspath(sys.argv[1])
    tls = Tls(lab.place, 'far') if os.path.isdir(lab.place) else Tls(tempfile.mkdtemp(), 'far')
    for trial in (plain, segments, matching, switches, refusals, faults, counting):
        for way in (None, tls) if trial in (plain, faults) else (None,):
            c = Client(binary, *(['--bodies'] if trial is counting else []), tls=way)
            try:
                trial(lab, c)
            finally:
                c.far.close()
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
