/* What a user would take instead: DuckDB over the same pages, on two threads.
 *
 *     node duckdb.js MODULES first SNAPSHOT OUT
 *     node duckdb.js MODULES next BEFORE AFTER OUT
 *     node duckdb.js MODULES hashes SNAPSHOT OUT
 *     node duckdb.js MODULES kept HASHES AFTER OUT
 *
 * first: every record of the snapshot once; per customer what was spent (DECIMAL), purchases, the last and
 * the first of them, the distinct products and categories; OUT/customers.csv and .json.
 * next: that, and OUT/changes.csv: id by id which record was added, changed or removed, by a hash of its whole
 * text.  kept: the same, but the hashes of the snapshot before come from where `hashes` put them, and its own are
 * kept for the next (OUT/hashes.parquet).
 *
 * It does not look for what may be wrong with a record (one that does not fit ends it, an id that comes twice
 * counts twice, amounts go through a binary number before they are DECIMAL: 1.005 is 1.00), prove a page's digest,
 * name the fields that changed or the page a value came from, keep a state, evaluate segments, or clean names,
 * phones, addresses and emails into contacts.
 *
 * Tried, seconds for 1,000,000 orders read into a table: the fields that are used as a STRUCT 5.5; every field as a
 * STRUCT and its hash 8.4; the text and its hash, with the fields out of the text 8.4; the text's hash alone 6.6.
 * So `first` reads a STRUCT, and the others texts, whose hash also sees a field nobody listed.
 */
"use strict";
const { createRequire } = require("node:module");
const fs = require("node:fs");

const ORDER = {
	id: "VARCHAR", customerId: "VARCHAR", createdAt: "TIMESTAMP", completedOn: "TIMESTAMP",
	orderStatus: "VARCHAR", voided: "BOOLEAN", originalSaleId: "VARCHAR",
	totals: { finalTotal: "DECIMAL(18,2)" },
	itemsInCart: [{ productName: "VARCHAR", title1: "VARCHAR", category: "VARCHAR", type: "VARCHAR",
		voided: "BOOLEAN" }],
};
const CUSTOMER = {
	id: "VARCHAR", type: "VARCHAR", name: "VARCHAR", email: "VARCHAR", phone: "VARCHAR",
	streetAddress1: "VARCHAR", streetAddress2: "VARCHAR", city: "VARCHAR", state: "VARCHAR", zip: "VARCHAR",
	birthDate: "VARCHAR", isLoyal: "BOOLEAN", loyaltyPoints: "DECIMAL(18,3)", medId: "VARCHAR",
};
const RESOURCES = [["order", "orders", ORDER], ["customer", "data", CUSTOMER]];

/* { a: "X" } as the type STRUCT(a X) */
function type(shape) {
	if (typeof shape === "string")
		return shape;
	if (Array.isArray(shape))
		return `${type(shape[0])}[]`;
	return `STRUCT(${Object.entries(shape).map(([name, of]) => `${name} ${type(of)}`).join(", ")})`;
}

function pages(snapshot, resource, member, of) {
	const files = `${snapshot}/${resource}s-*.json.gz`;

	return `SELECT unnest(${member}) AS r FROM read_json('${files}', format = 'unstructured',
		columns = {${member}: '${type([of])}'})`;
}

/* what is kept of a record, out of r.* */
const KEPT = {
	order: `id, customerId AS customer, coalesce(completedOn, createdAt) AS moment,
		coalesce(voided, false) OR lower(orderStatus) = 'voided' AS void,
		NOT void AND lower(orderStatus) IN ('sold', 'completed') AS completed,
		completed AND coalesce(originalSaleId, '') = '' AND totals.finalTotal >= 0 AS purchase,
		totals.finalTotal AS total, list_filter(itemsInCart, lambda i: NOT coalesce(i.voided, false)) AS items,
		list_transform(items, lambda i: coalesce(nullif(i.productName, ''), i.title1)) AS products,
		list_transform(items, lambda i: coalesce(nullif(i.category, ''), i.type)) AS categories`,
	customer: "*",
};
const EXCEPT = { order: "EXCLUDE (void, items)", customer: "" };

function load(snapshot) {
	return RESOURCES.map(([name, member, shape]) => `CREATE TABLE ${name}_now AS SELECT * ${EXCEPT[name]} FROM
		(SELECT ${KEPT[name]} FROM (SELECT unnest(r) FROM (${pages(snapshot, name, member, shape)})))`);
}

function loadWithHashes(snapshot) {
	return RESOURCES.map(([name, member, shape]) => `CREATE TABLE ${name}_now AS SELECT * ${EXCEPT[name]} FROM
		(SELECT hash, ${KEPT[name]} FROM (SELECT hash(r) AS hash, unnest(from_json(r, '${JSON.stringify(shape)}'))
		FROM (${pages(snapshot, name, member, "JSON")})))`);
}

function hashes(snapshot) {
	return RESOURCES.map(([name, member]) => `CREATE TABLE ${name}_before AS SELECT '${name}' AS entity,
		r->>'$.id' AS id, hash(r) AS hash FROM (${pages(snapshot, name, member, "JSON")})`);
}

const LIST = (of) => `array_to_string(list_transform(list_sort(list(DISTINCT ${of})),
	lambda x: replace(x, ';', ',')), ';')`;
const TIME = (of) => `strftime(${of}(moment) FILTER (purchase), '%Y-%m-%dT%H:%M:%SZ')`;

function totals(out) {
	return [`CREATE TABLE totals AS SELECT customer, sum(total) FILTER (completed) AS spent,
		count(*) FILTER (purchase) AS orders, ${TIME("max")} AS last_order, ${TIME("min")} AS first_order
		FROM order_now WHERE customer <> '' GROUP BY customer`,
	`CREATE TABLE lists AS SELECT customer, ${LIST("product")} AS products, ${LIST("category")} AS categories
		FROM (SELECT customer, unnest(products) AS product, unnest(categories) AS category
		FROM order_now WHERE purchase AND customer <> '') GROUP BY customer`,
	`CREATE TABLE result AS SELECT c.*, coalesce(spent, 0.00) AS spent, coalesce(orders, 0) AS orders,
		last_order, first_order, products, categories FROM customer_now c
		LEFT JOIN totals t ON c.id = t.customer LEFT JOIN lists l ON c.id = l.customer`,
	`COPY (FROM result ORDER BY id) TO '${out}/customers.csv' (HEADER)`,
	`COPY (FROM result ORDER BY id) TO '${out}/customers.json' (FORMAT json, ARRAY true)`];
}

function changes(out) {
	const one = RESOURCES.map(([name]) => `SELECT '${name}' AS entity, coalesce(n.id, b.id) AS id,
		CASE WHEN b.id IS NULL THEN 'added' WHEN n.id IS NULL THEN 'removed' ELSE 'changed' END AS op
		FROM ${name}_now n FULL JOIN ${name}_before b ON n.id = b.id
		WHERE n.hash IS DISTINCT FROM b.hash`);

	return [`COPY (${one.join(" UNION ALL ")} ORDER BY entity, id) TO '${out}/changes.csv' (HEADER)`];
}

function keep(out, when) {
	const all = RESOURCES.map(([name]) => `SELECT '${name}' AS entity, id, hash FROM ${name}_${when}`);

	return [`COPY (${all.join(" UNION ALL ")}) TO '${out}/hashes.parquet' (FORMAT parquet)`];
}

function kept(file) {
	return RESOURCES.map(([name]) => `CREATE VIEW ${name}_before AS
		SELECT * FROM read_parquet('${file}') WHERE entity = '${name}'`);
}

const TASKS = {
	first: (snapshot, out) => [...load(snapshot), ...totals(out)],
	next: (before, after, out) => [...hashes(before), ...loadWithHashes(after), ...changes(out), ...totals(out)],
	hashes: (snapshot, out) => [...hashes(snapshot), ...keep(out, "before")],
	kept: (file, after, out) => [...kept(file), ...loadWithHashes(after), ...changes(out), ...keep(out, "now"),
		...totals(out)],
};

async function main([modules, task, ...places]) {
	const { DuckDBInstance } = createRequire(`${modules}/`)("@duckdb/node-api");
	const database = await DuckDBInstance.create(":memory:",
		{ threads: "2", preserve_insertion_order: "false" });
	const connection = await database.connect();

	fs.mkdirSync(places.at(-1), { recursive: true });
	for (const statement of TASKS[task](...places)) {
		const start = performance.now();
		await connection.run(statement);
		if (process.env.BENCH_VERBOSE)
			console.error(`${(performance.now() - start).toFixed(0)} ms: ${statement.slice(0, 60)}`);
	}
}

main(process.argv.slice(2));
