"""What differs between two versions of a record, and which fields the API's description does not name (section 5)."""
from meaning import UPPER


def pointer(key):
    return '/' + key.replace('~', '~0').replace('/', '~1')


def changes(before, after, path=''):
    """Every deepest place that differs, unsorted."""
    if isinstance(before, dict) and isinstance(after, dict):
        pairs = [(pointer(k), before, after, k) for k in {**before, **after}]
        has = lambda side, k: k in side
    elif isinstance(before, list) and isinstance(after, list):
        pairs = [('/%d' % k, before, after, k) for k in range(max(len(before), len(after)))]
        has = lambda side, k: k < len(side)
    else:
        return [] if same(before, after) else [{'path': path, 'before': before, 'after': after}]
    out = []
    for step, old, new, k in pairs:
        if not has(new, k):
            out.append({'path': path + step, 'before': old[k]})
        elif not has(old, k):
            out.append({'path': path + step, 'after': new[k]})
        else:
            out += changes(old[k], new[k], path + step)
    return out


def same(a, b):
    """Equal scalars: true is not 1, and a text is not a number."""
    return type(a) is type(b) and a == b


def place_of(version):
    return dict(zip(('snapshot', 'page', 'index'), version.place))


KNOWN = {
    'customer': {'id', '_id', 'createdAt', 'updatedAt', 'type', 'name', 'firstName', 'lastName', 'birthDate', 'isLoyal', 'loyaltyPoints', 'phone', 'email',
                 'streetAddress1', 'streetAddress2', 'city', 'state', 'zip', 'country', 'consentsToPromotionalEmail', 'consentsToPromotionalSMS', 'groups',
                 'medId', 'stateId', 'medIdExpiration'},
    'customer/groups/*': {'name'},
    'order': {'id', '_id', 'orderId', 'clientId', 'locationId', 'createdAt', 'completedOn', 'orderStatus', 'orderType', 'voided', 'originalSaleId',
              'customerId', 'customerType', 'name', 'fullName', 'currentPoints', 'budtender', 'budtenderId', 'fulfilledBy', 'totals', 'itemsInCart',
              'payments'},
    'order/totals': {n for k in ('finalTotal', 'subTotal', 'totalDiscounts', 'totalFees', 'totalTaxes') for n in (k, k[0].translate(UPPER) + k[1:])},
    'order/itemsInCart/*': {'id', 'productId', 'parentProductId', 'variantId', 'sku', 'productName', 'title1', 'title2', 'brand', 'category', 'type',
                            'strainName', 'quantity', 'unitOfWeight', 'unitPrice', 'totalPrice', 'unitCost', 'totalCost', 'totalDiscounts', 'voided',
                            'itemDiscounts', 'tax'},
    'order/itemsInCart/*/itemDiscounts/*': {'_id', 'name', 'type', 'discountAmount', 'penniesOff', 'percentOff', 'isCartDiscount', 'quantity'},
    'order/itemsInCart/*/tax/*': {'_id', 'name', 'percentage', 'thisTaxInPennies', 'appliesTo'},
    'order/payments/*': {'_id', 'paymentType', 'amount', 'loyaltyPoints', 'balanceAfterPayment'},
}


def unknown_fields(value, path):
    """Names the API's description does not have, in the parts of a record it describes."""
    if isinstance(value, list) and path + '/*' in KNOWN:
        return set().union(*[unknown_fields(v, path + '/*') for v in value]) if value else set()
    if not isinstance(value, dict) or path not in KNOWN:
        return set()
    out = set()
    for key, inner in value.items():
        if key in KNOWN[path]:
            out |= unknown_fields(inner, path + pointer(key))
        else:
            out.add('/' + path + pointer(key))
    return out


def diff_line(entity, ident, old, now):
    """(diff line, op) of one id."""
    line = {'entity': entity, 'id': ident, 'op': None}
    if now is not None:
        line.update(page=now.place[1], index=now.place[2])
    if old is None:
        line['op'] = 'added'
    elif now is None:
        line.update(op='removed', previous=place_of(old))
    else:
        found = changes(old.record, now.record)
        line.update(op='changed' if found else 'unchanged', previous=place_of(old), changes=sorted(found, key=lambda c: c['path'].encode()))
    return line, line['op']
