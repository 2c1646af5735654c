// Walks through the page in a real browser, at the widths of a phone and of a desk, light and dark: a link from the mail is opened and
// confirmed, every page is scanned for accessibility, and what the charts show is read back.
//
//   node flow.mjs CHROMIUM ROOT SESSION ANSWER PLAN SHOTS
//
// Prints one JSON object; exits with 1 and a message when something is not as it should be.
import { chromium } from 'playwright-core';
import axe from 'axe-core';

const [executablePath, root, session, answer, plan, shots] = process.argv.slice(2);
const pages = ['/', '/reviews', `/reviews/${plan}`, `/reviews/${plan}/history`, '/batches', '/ledger', '/tax', '/alerts', '/accounts', '/audit', '/login', answer];
const sights = [[360, 'light'], [360, 'dark'], [1280, 'light'], [1280, 'dark']];
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const faults = [];
const check = (holds, fault) => { if (!holds) faults.push(fault); };

async function sight(browser, width, colorScheme, loggedIn, options = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, ...options });
  if (loggedIn) await context.addCookies([{ name: 'perpetual-session', value: session, url: root }]);
  const tab = await context.newPage();
  // The policy of the page forbids scripts and everything from elsewhere: a breach is told here.
  tab.on('console', message => { if (message.type() === 'error' && /Content Security Policy/.test(message.text())) faults.push(message.text()); });
  tab.on('request', request => check(request.url().startsWith(root) || request.url().startsWith('data:'), `asked for ${request.url()}`));
  return tab;
}

async function scan(tab, name, width, scheme) {
  // In a world of its own: the page's policy stays in force for the page.
  const client = await tab.context().newCDPSession(tab);
  const { frameTree } = await client.send('Page.getFrameTree');
  const { executionContextId } = await client.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
  const { result, exceptionDetails } = await client.send('Runtime.evaluate', {
    contextId: executionContextId, awaitPromise: true, returnByValue: true,
    expression: `${axe.source}; axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).join(' | ')))`,
  });
  check(!exceptionDetails, `${name}: axe did not run: ${exceptionDetails?.exception?.description}`);
  for (const violation of result.value ?? []) faults.push(`${name} at ${width} ${scheme}: ${violation}`);
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
  check(wide <= width, `${name} at ${width} ${scheme} is ${wide} wide`);
  if (shots) await tab.screenshot({ path: `${shots}/${width}-${scheme}-${name.replace(/[^a-z0-9]+/gi, '_').slice(0, 40)}.png`, fullPage: true });
}

const numbers = tab => tab.$$eval('section.chart', sections => Object.fromEntries(sections.map(s => [
  s.querySelector('h2').textContent.trim(),
  [...s.querySelectorAll('details tbody tr')].map(r => [...r.children].map(c => c.textContent.trim())),
])));

const browser = await chromium.launch({ executablePath, args: flags });
const read = {};
try {
  for (const [width, scheme] of sights) {
    const tab = await sight(browser, width, scheme, true);
    for (const path of pages) {
      const response = await tab.goto(new URL(path, root).href);
      check(response.status() === 200, `${path}: ${response.status()}`);
      await scan(tab, path.startsWith('/answer') ? '/answer' : path, width, scheme);
    }
    await tab.goto(new URL(`/reviews/${plan}`, root).href);
    read.charts = await numbers(tab);
    read.drawn = await tab.$$eval('section.chart svg', svgs => svgs.filter(s => getComputedStyle(s).display !== 'none').map(s => ({
      columns: s.querySelectorAll('rect.pre, rect.post').length, levels: s.querySelectorAll('line.level').length, circles: s.querySelectorAll('circle').length,
    })));
    await tab.context().close();
  }

  // With the keyboard alone: past the navigation, then to the button.
  const keys = await sight(browser, 1280, 'light', false, { javaScriptEnabled: false });
  await keys.goto(new URL(answer, root).href);
  await keys.keyboard.press('Tab');
  check(await keys.locator('a.skip').isVisible(), 'the first stop of the keyboard is no link past the navigation');
  await keys.keyboard.press('Enter');
  await keys.keyboard.press('Tab');
  await Promise.all([keys.waitForURL(url => url.pathname === '/answer' && url.search === ''), keys.keyboard.press('Enter')]);
  read.answered = (await keys.locator('h1').textContent()).trim();
  read.said = (await keys.locator('p.said').textContent()).trim();
  await keys.context().close();

  const done = await sight(browser, 360, 'dark', true);
  await done.goto(new URL('/batches', root).href);
  await scan(done, '/batches after the answer', 360, 'dark');
  await done.context().close();
} finally {
  await browser.close();
}

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(JSON.stringify(read));
