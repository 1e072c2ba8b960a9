// Headless Chromium for looking at pages: Debian's own, never one that a tool downloads.

import { chromium } from 'playwright-core';

/** Two sizes that pages are made for. */
export const PHONE = { width: 360, height: 640 };
export const DESKTOP = { width: 1280, height: 800 };

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** A browser; IKD_CHROMIUM names another program. @param {string[]} [more] flags */
export function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.IKD_CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [...FLAGS, ...more],
  });
}

/** A page of that size, scheme and language, with its own cookies. */
export async function open(browser, { viewport = PHONE, scheme = 'light', locale = 'id-ID', scripts = true } = {}) {
  const context = await browser.newContext({
    viewport, colorScheme: scheme, locale, javaScriptEnabled: scripts, reducedMotion: 'reduce', bypassCSP: false,
  });
  patient(context);
  return context.newPage();
}

/** A slow machine takes longer than Playwright waits by itself; what never comes fails all the same. */
export function patient(context) {
  context.setDefaultTimeout(120_000);
  context.setDefaultNavigationTimeout(120_000);
}

/** Width that sticks out of the screen, in pixels; 0 where nothing does. */
export function sticksOut(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Links, buttons and fields that are smaller than 44 px, where they are not words within a sentence. */
export function smallTargets(page) {
  return page.evaluate(() => {
    const small = [];
    for (const e of document.querySelectorAll('a, button, summary, select, textarea, input:not([type=hidden])')) {
      const box = e.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || box.right < 0) continue;
      const label = e.closest('label');
      const whole = label ? label.getBoundingClientRect() : box;
      const words = e.tagName === 'A' && getComputedStyle(e).display === 'inline';
      if (!words && (whole.height < 43.5 || whole.width < 43.5)) {
        small.push(`${e.tagName.toLowerCase()} "${e.textContent.trim().slice(0, 30)}" ${whole.width}x${whole.height}`);
      }
    }
    return small;
  });
}
