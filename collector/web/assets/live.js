/**
 * Keeps an open page true. Listens to /events and, when something it shows has changed, reads the page
 * again and replaces the parts that differ, each marked by data-live; focus and scroll stay where they are.
 * Without this script the page is whole, only not alive.
 */
const GATHER_MS = 400;
const APART_MS = 2000;
/** Relative times ("3m ago") grow old without any event. */
const AGING_MS = 60_000;

const subject = document.body.dataset.events;
const light = document.getElementById('live');
let planned = 0;
let lastAt = 0;
let reading = false;
let again = false;

function plan(delayMs) {
  if (planned) return;
  const waitMs = Math.max(delayMs, lastAt + APART_MS - Date.now());
  planned = window.setTimeout(refresh, waitMs);
}

async function refresh() {
  planned = 0;
  if (document.hidden) {
    again = true;
    return;
  }
  if (reading) return plan(APART_MS);
  reading = true;
  lastAt = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, redirect: 'manual' });
    if (answer.type === 'opaqueredirect') return location.reload();
    if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    // The stream's own error says that the collector cannot be reached.
  } finally {
    reading = false;
  }
}

function parts(root) {
  return new Map(Array.from(root.querySelectorAll('[data-live]'), (part) => [part.dataset.live, part]));
}

function regions(root) {
  return new Map(Array.from(root.querySelectorAll('[data-region]'), (part) => [part.dataset.region, part]));
}

const keysOf = (known) => Array.from(known.keys()).join('\n');

function replace(fresh) {
  const before = parts(document);
  const after = parts(fresh);
  if (keysOf(before) === keysOf(after)) {
    for (const [key, part] of before) swap(part, after.get(key));
  } else {
    // Rows came, went or changed places: take their whole region, or the page where there is none.
    const wide = regions(document);
    const freshWide = regions(fresh);
    const same = wide.size > 0 && keysOf(wide) === keysOf(freshWide);
    if (same) for (const [key, region] of wide) swapContents(region, freshWide.get(key));
    else swapContents(document.getElementById('content'), fresh.getElementById('content'));
    for (const [key, part] of before) {
      if (part.isConnected && after.has(key) && !part.closest('[data-region]')) swap(part, after.get(key));
    }
  }
  document.title = fresh.title;
}

function swap(part, fresh) {
  if (part.outerHTML === fresh.outerHTML) return;
  const copy = document.importNode(fresh, true);
  keeping(part, copy, () => part.replaceWith(copy));
}

function swapContents(part, fresh) {
  if (part.innerHTML === fresh.innerHTML) return;
  keeping(part, part, () => part.replaceChildren(...document.importNode(fresh, true).childNodes));
}

/** Does `change` so that focus, scroll and what a person has typed survive it. */
function keeping(before, after, change) {
  const focused = before.contains(document.activeElement) ? path(document.activeElement, before) : null;
  const scrolls = Array.from(before.querySelectorAll('.scroller, .log'), (one) => [
    one.scrollLeft,
    one.scrollTop,
  ]);
  const typed = Array.from(before.querySelectorAll('input[id], textarea[id], select[id]'), (field) => [
    field.id,
    field.value,
  ]);
  change();
  after.querySelectorAll('.scroller, .log').forEach((one, index) => {
    [one.scrollLeft, one.scrollTop] = scrolls[index] ?? [0, 0];
  });
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field && field.value !== value) field.value = value;
  }
  if (focused) find(focused, after)?.focus({ preventScroll: true });
}

/** How to find the focused element again: by its address or its place. */
function path(element, root) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute('href');
  if (href) return `a[href="${CSS.escape(href)}"]`;
  return element === root ? ':scope' : element.tagName.toLowerCase();
}

function find(selector, root) {
  return selector === ':scope' ? root : root.querySelector(selector);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function size(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** The same words as in pages/job.tsx. */
function showProgress({ host, progress }) {
  for (const place of document.querySelectorAll('[data-progress]')) {
    if (place.dataset.progress !== `${host}/${progress.job}`) continue;
    const files = progress.files.toLocaleString('en');
    const read = `${size(progress.originalBytes)} read, ${size(progress.deduplicatedBytes)} new`;
    place.textContent = ` · ${files} files, ${read} · ${visible(progress.current)}`;
  }
}

/** As proto/printable.ts does for the server's pages. */
function visible(text) {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u{${character.codePointAt(0).toString(16)}}`,
  );
}

function say(state, words) {
  if (!light || light.dataset.state === state) return;
  light.dataset.state = state;
  light.textContent = words;
}

if (subject !== undefined) {
  const stream = new EventSource(`/events?${subject}`);
  let opened = false;
  stream.addEventListener('open', () => {
    say('on', 'Live');
    // Whatever happened while nobody listened.
    if (opened) plan(0);
    opened = true;
  });
  stream.addEventListener('error', () => say('off', 'Not live'));
  for (const type of ['job', 'host', 'alert', 'many']) stream.addEventListener(type, () => plan(GATHER_MS));
  stream.addEventListener('progress', (event) => showProgress(JSON.parse(event.data)));
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && again) {
      again = false;
      plan(0);
    }
  });
  window.setInterval(() => plan(0), AGING_MS);
  window.addEventListener('pagehide', () => stream.close());
}
