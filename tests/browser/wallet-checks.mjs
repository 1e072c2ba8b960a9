// What every test of the wallet's pages does: says what it saw, and looks at each screen on the way.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from './axe.mjs';
import { readScreen } from './wallet-kit.mjs';
import { openPage } from './wallet-steps.mjs';

export const PIN = '739164';
export const PIN_2 = '826407';
export const folder = mkdtempSync(join(tmpdir(), 'ikd-phone-'));
export const findings = [];
export let looked = 0;

export function say(line) { console.log(line); }

export function must(condition, what) {
  if (!condition) throw new Error(`expected: ${what}`);
  say(`  ok  ${what}`);
}

export async function look(page, name) {
  looked += 1;
  for (const line of await inspect(page, `wallet-${String(looked).padStart(2, '0')}-${name}`, { width: 360 })) findings.push(`${name}: ${line}`);
  const shifts = await page.evaluate(() => globalThis.shifts.splice(0));
  for (const one of shifts) findings.push(`${name}: layout shifted by ${one}`);
}

/** The text that a camera reads from the screen, once the live QR stands there. */
export async function scanned(page) {
  await page.locator('.live-cover[hidden]').waitFor({ state: 'attached' });
  const texts = await readScreen(page);
  must(texts.length === 1, 'a camera reads the QR from the screen');
  return texts[0];
}

export async function openWallet(context, address) {
  (context.pages()[0] ?? await context.newPage()).on('pageerror', (error) => findings.push(`error in the page: ${error.stack}`));
  return openPage(context, address);
}
