// Draws web/static/icon.svg as the PNG files that phones want for an installed page.
//
// Usage, after a change of icon.svg: npm ci && node icons.mjs

import { readFileSync, writeFileSync } from 'node:fs';
import { launch } from './browser.mjs';

const STATIC = new URL('../../web/static/', import.meta.url);
const svg = readFileSync(new URL('icon.svg', STATIC), 'utf8');
// A launcher cuts a maskable icon to its own shape: the ground fills the square, the sign stays in the inner 80 %.
const maskable = svg.replace('viewBox="0 0 32 32"', 'viewBox="-5 -5 42 42"')
  .replace('<rect width="32" height="32" rx="7"', '<rect x="-5" y="-5" width="42" height="42"');
// iOS rounds the corners itself and shows transparent ones in black.
const apple = svg.replace(' rx="7"', '');

const browser = await launch();
for (const [name, drawing, size] of [
  ['icon-192.png', svg, 192], ['icon-512.png', svg, 512], ['icon-maskable-512.png', maskable, 512], ['icon-apple-180.png', apple, 180],
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`);
  writeFileSync(new URL(name, STATIC), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
