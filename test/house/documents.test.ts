/** The documents hold together: links lead somewhere, and a page in two languages has the same code and the same parts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../repository-root.ts';

const FOLDERS = [
  '',
  'deploy',
  'deploy/mosquitto',
  'devices/watch-app',
  'devices/watch-app/capacitor',
  'docs',
  'docs/ja',
  'docs/decisions',
];
const pages = FOLDERS.flatMap((folder) =>
  readdirSync(join(repositoryRoot, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
);
const textOf = (page: string) => readFileSync(join(repositoryRoot, page), 'utf8');
const withoutCode = (text: string) => text.replace(/^ *```.*?^ *```$/gms, '').replace(/`[^`\n]*`/g, '');
const headingsOf = (page: string) => withoutCode(textOf(page)).match(/^#{1,6} .*$/gm) ?? [];

/** As GitHub makes them. */
const anchorOf = (heading: string) =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

test.each(pages)('every link in %s leads somewhere', (page) => {
  const broken = [...withoutCode(textOf(page)).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
    ([, file = '', anchor]) => {
      const target = file === '' ? page : join(dirname(page), file);
      if (!existsSync(join(repositoryRoot, target))) return true;
      return anchor !== undefined && !headingsOf(target).map(anchorOf).includes(decodeURIComponent(anchor));
    },
  );
  expect(broken.map(([link]) => link)).toEqual([]);
});

test.each([
  ['README.md', 'README.ja.md'],
  ['deploy/README.md', 'deploy/README.ja.md'],
  ['docs/codecs.md', 'docs/ja/codecs.md'],
  ['docs/console.md', 'docs/ja/console.md'],
  ['docs/feed.md', 'docs/ja/feed.md'],
  ['docs/lorawan.md', 'docs/ja/lorawan.md'],
  ['docs/operations.md', 'docs/ja/operations.md'],
  ['docs/orders.md', 'docs/ja/orders.md'],
  ['docs/privacy.md', 'docs/ja/privacy.md'],
  ['docs/recording.md', 'docs/recording.ja.md'],
  ['docs/report.md', 'docs/ja/report.md'],
  ['docs/rig.md', 'docs/rig.ja.md'],
  ['docs/security.md', 'docs/ja/security.md'],
  ['docs/technician.md', 'docs/technician.ja.md'],
  ['docs/watch-app.md', 'docs/ja/watch-app.md'],
  ['docs/web-sources.md', 'docs/ja/web-sources.md'],
])('%s and %s have the same parts and name each other', (english, japanese) => {
  const levels = (page: string) => headingsOf(page).map((heading) => heading.split(' ')[0]);
  expect(levels(japanese)).toEqual(levels(english));
  const linkTo = (from: string, to: string) =>
    expect(textOf(from).slice(0, 200)).toMatch(new RegExp(`\\]\\([^)]*${to}\\)`));
  linkTo(english, japanese.split('/').slice(1).join('/') || japanese);
  linkTo(japanese, english.split('/').at(-1) ?? '');
});

test.each(['feed.md', 'orders.md'])('the grammar and the examples of %s are the same in both languages', (page) => {
  const blocks = (page: string) => textOf(page).match(/^```(cddl|cbor-hex)\n.*?^```$/gms);
  expect(blocks(`docs/ja/${page}`)).toEqual(blocks(`docs/${page}`));
  expect(blocks(`docs/${page}`)?.length).toBeGreaterThanOrEqual(3);
});
