"""Profiles (section 4): every value of a customer, rebuilt from all orders of theirs."""
import csv
from decimal import ROUND_HALF_UP, Decimal

from meaning import clean, is_completed, is_purchase, is_voided, lower
from person import birthdate_of, email_of, in_us, mobile_of, names_of, postal_of, state_of


def latest(orders, when):
    """The latest of (id, fields, store); a tie goes to the greater id by bytes."""
    return max(orders, key=lambda o: (o[1][when], o[0].encode())) if orders else (None, None, '')


def distinct(texts):
    return sorted({t for t in texts if t}, key=str.encode)


def totals_of(orders, completed):
    """What can also be asked of the orders of a span."""
    bought = [o for o in orders if is_purchase(o[1], completed)]
    goods = [i for _, o, _ in bought for i in o['items'] if i[3]]
    return {'fh_total_spent': sum(o['total'] or 0 for _, o, _ in orders if is_completed(o, completed)), 'fh_total_orders': len(bought),
            'fh_products': distinct(i[0] for i in goods), 'fh_categories': distinct(i[1] for i in goods),
            'stores': distinct(store for _, _, store in bought)}


KINDS = {'reccustomer': 'Recreational', 'medcustomer': 'Medicinal'}


def status_of(order):
    return 'voided' if is_voided(order) else order['status']


def profile_of(ident, fields, orders, config):
    """All of it. orders are (id, fields, store). Absent is None, '' or []."""
    bought = [o for o in orders if is_purchase(o[1], config.completed)]
    (_, last_bought, last_store), (_, last_any, _) = latest(bought, 'time'), latest(orders, 'created')
    first, last = names_of(fields)
    postal = postal_of(fields['zip'], fields['country'])
    spot = config.centroids.get(postal) if in_us(fields['country']) else None
    return {
        'fh_id': clean(ident), 'fh_cust_type': KINDS.get(lower(fields['type']), fields['type']), 'fh_isloyal': fields['isLoyal'],
        'fh_points': fields['points'], 'fh_med_id': fields['medId'], 'fh_last_budtender': last_bought['budtender'] if last_bought else '',
        'fh_last_ordertype': last_any['type'] if last_any else '', 'fh_last_orderstatus': status_of(last_any) if last_any else '',
        'fh_last_orderdate': last_bought['time'] // 1000000 * 1000000 if last_bought else None,
        'first_order_date': min(o['time'] for _, o, _ in bought) if bought else None,
        'first_name': first, 'last_name': last, 'email': email_of(fields['email'], config.placeholder_emails)[0],
        'mobile': mobile_of(fields['phone'], fields['country'], config.placeholder_mobiles)[0],
        'address': ', '.join(t for t in (fields['streetAddress1'], fields['streetAddress2']) if t),
        'city': fields['city'], 'state': state_of(fields['state']), 'postal_code': postal,
        'birthdate': birthdate_of(fields['birthDate'], config.today)[0], 'born_unclear': birthdate_of(fields['birthDate'], config.today)[1] is not None,
        'geo': '%s,%s' % spot if spot else '', 'last_store': last_store,
        'last_bought': last_bought['time'] if last_bought else None, 'created': fields['created'],
        'mail_ok': fields['mail_ok'], 'text_ok': fields['text_ok'], **totals_of(orders, config.completed),
    }


def read_centroids(path):
    with open(path, encoding='utf-8', newline='') as f:
        return {r['zip']: (four(r['latitude']), four(r['longitude'])) for r in csv.DictReader(f)}


def four(text):
    """A coordinate to four decimals (section 4)."""
    return str(Decimal(text).quantize(Decimal('0.0001'), rounding=ROUND_HALF_UP))
