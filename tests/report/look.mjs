// look.mjs CHROMIUM MODULES PAGE... : opens each page in light, dark, at 320 pixels and as printed, and prints as JSON what a person would
// complain of: messages of the console, requests, text that runs out at the side, and what axe-core finds serious.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [chromium_path, modules, ...pages] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, 'x'));
const { chromium } = require('playwright-core');
const axe = fs.readFileSync(path.resolve(modules, 'axe-core/axe.min.js'), 'utf8');

const forms = [
	{ name: 'light', width: 1200, colorScheme: 'light' },
	{ name: 'dark', width: 1200, colorScheme: 'dark' },
	{ name: 'narrow', width: 320, colorScheme: 'light' },
	{ name: 'print', width: 1000, colorScheme: 'light', media: 'print' },
];

const browser = await chromium.launch({
	executablePath: chromium_path,
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const found = [];
for (const file of pages) {
	for (const form of forms) {
		const context = await browser.newContext({ viewport: { width: form.width, height: 900 }, colorScheme: form.colorScheme, offline: true });
		const page = await context.newPage();
		const complaints = [];
		page.on('console', m => complaints.push('console: ' + m.text()));
		page.on('pageerror', e => complaints.push('error: ' + e.message));
		page.on('request', r => { if (!r.url().startsWith('file://' + file)) complaints.push('request: ' + r.url()); });
		await page.goto('file://' + file);
		if (form.media) await page.emulateMedia({ media: form.media });
		const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
		if (wide > 0) complaints.push('runs out at the side by ' + wide + ' pixels');
		await page.evaluate(axe);
		const report = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
		for (const v of report.violations)
			if (v.impact === 'serious' || v.impact === 'critical') complaints.push('axe: ' + v.id + ': ' + v.nodes[0].html.slice(0, 160) + ' | ' + v.nodes[0].failureSummary.slice(0, 200));
		found.push({ page: path.basename(file), form: form.name, complaints });
		await context.close();
	}
}
await browser.close();
console.log(JSON.stringify(found));
