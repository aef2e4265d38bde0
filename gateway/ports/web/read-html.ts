/**
 * HTML pages, by cheerio: parsed as its `slim` build does (htmlparser2), which takes a quarter of the time and half of the memory to load, and
 * with the `tbody` that browsers put around rows, so that a selector copied from a browser fits.
 *
 * It is loaded by the first gateway that has a device of an HTML page. Only selectors are left to cheerio: some of its other functions take
 * seconds for a page of a megabyte. Bounds: `maxElements` of a page, `maxDepth` of them within each other, `maxTables`; `maxRows` and `maxCells` of a
 * table, `maxAllCells` of all; `maxText` characters of a cell. What is beyond is not read.
 */
import type { CheerioAPI } from 'cheerio/slim';
import type { Grid, HtmlPage, ReadHtml } from '../../../devices/web-table/html-page.ts';

/** A selector such as :nth-child looks at the siblings of each, which takes a second for twice as many. */
const maxElements = 30_000;
const maxDepth = 500;
const maxTables = 200;
const maxRows = 5_000;
const maxCells = 300;
/** A cell may span as many as it likes. */
const maxAllCells = 200_000;
const maxText = 200;

/** Undefined if cheerio is not installed: it is optional. */
export async function loadHtmlReader(): Promise<ReadHtml | undefined> {
  try {
    const { load } = await import('cheerio/slim');
    return (page) => htmlPage(load(bounded(page)));
  } catch {
    return undefined; // npm install cheerio; the device says so
  }
}

/** What is used of the nodes that htmlparser2 makes. */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly data?: string;
  parent: Node | null;
  prev: Node | null;
  next: Node | null;
  children?: Node[];
}

function htmlPage($: CheerioAPI): HtmlPage {
  const root = $.root().get(0) as unknown as Node; // its own types are those of a package that is not ours to import
  const make = (tag: string) => $(`<${tag}></${tag}>`).get(0) as unknown as Node;
  wrapPage(root, make);
  for (const table of within(root, 'table')) wrapRows(table, make);
  /** None if it is no selector, which cheerio says by throwing. */
  const select = (selector: string): readonly Node[] => {
    try {
      return $(selector).get() as unknown as Node[];
    } catch {
      return [];
    }
  };
  return {
    tables(selector) {
      const selected = select(selector);
      if (selected.length === 0) return undefined;
      let left = maxAllCells;
      return tablesOf(selected).map((table) => {
        const grid = gridOf(table, left);
        left -= grid.reduce((sum, row) => sum + row.length, 0);
        return grid;
      });
    },
    text(selector) {
      const [first] = select(selector);
      return first && textOf(first);
    },
  };
}

/** The selected tables, those within what is selected, and those of selected parts and rows, each once. */
function tablesOf(selected: readonly Node[]): readonly Node[] {
  const tables = new Set<Node>();
  const looked = new Set<Node>();
  for (const node of selected) {
    for (const table of within(tableAround(node), 'table', looked)) {
      if (tables.size < maxTables) tables.add(table);
    }
  }
  return [...tables];
}

/** Browsers name the `tbody` when they are asked for the selector of a table. */
function tableAround(node: Node): Node {
  let around: Node | null = node;
  while (around !== null && TABLE_PARTS.has(around.name ?? '')) around = around.parent;
  return around ?? node;
}

const TABLE_PARTS = new Set(['thead', 'tbody', 'tfoot', 'tr']);

/** The node and all elements in it with this name, in the order of the page. `looked`: what needs not be looked into again. */
function* within(node: Node, name: string, looked = new Set<Node>()): Generator<Node> {
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (looked.has(next)) continue;
    looked.add(next);
    if (next.name === name) yield next;
    for (const child of (next.children ?? []).toReversed()) waiting.push(child);
  }
}

/** Browsers have everything in `html` and `body` (§13.2.6.4.7); and cheerio takes a second for a thousand elements that are in nothing. */
function wrapPage(root: Node, make: (tag: string) => Node): void {
  const children = root.children ?? [];
  const html = children.find(({ name }) => name === 'html') ?? make('html');
  const loose = children.filter((child) => child !== html);
  const body = childrenNamed(html, ['body'])[0] ?? make('body');
  adopt(body, [...(body.children ?? []), ...loose]);
  if (!html.children?.includes(body)) adopt(html, [...(html.children ?? []), body]);
  adopt(root, [html]);
}

/** Browsers put a `tbody` around rows that stand in a table directly (HTML Standard §13.2.6.4.9). */
function wrapRows(table: Node, make: (tag: string) => Node): void {
  const children = table.children ?? [];
  const rows = children.filter(({ name }) => name === 'tr');
  if (rows.length === 0) return;
  const body = make('tbody');
  adopt(body, rows);
  const first = children.findIndex(({ name }) => name === 'tr');
  adopt(table, [...children.slice(0, first), body, ...children.slice(first).filter(({ name }) => name !== 'tr')]);
}

function adopt(parent: Node, children: Node[]): void {
  parent.children = children;
  for (const [i, child] of children.entries()) {
    child.parent = parent;
    child.prev = children[i - 1] ?? null;
    child.next = children[i + 1] ?? null;
  }
}

/** A cell that spans several rows or columns is in each of them. */
function gridOf(table: Node, maxHere: number): Grid {
  const parts = childrenNamed(table, ['thead', 'tbody', 'tfoot']);
  const rows = parts.flatMap((part) => childrenNamed(part, ['tr'])).slice(0, maxRows);
  const grid: string[][] = rows.map(() => []);
  let count = 0;
  for (const [y, row] of rows.entries()) {
    let x = 0;
    for (const cell of childrenNamed(row, ['td', 'th'])) {
      while (grid[y]?.[x] !== undefined) x++;
      const text = textOf(cell);
      const wide = spanOf(cell.attribs?.colspan, maxCells - x);
      const high = spanOf(cell.attribs?.rowspan, rows.length - y);
      count += wide * high;
      if (count > maxHere) return filled(grid);
      for (const line of grid.slice(y, y + high)) for (let dx = 0; dx < wide; dx++) line[x + dx] ??= text;
      x += wide;
    }
  }
  return filled(grid);
}

function filled(grid: readonly (readonly (string | undefined)[])[]): Grid {
  return grid.map((row) => Array.from(row, (cell) => cell ?? ''));
}

function childrenNamed({ children = [] }: Node, names: readonly string[]): readonly Node[] {
  return children.filter(({ name }) => name !== undefined && names.includes(name));
}

function spanOf(written: string | undefined, most: number): number {
  const span = Number.parseInt(written ?? '1', 10);
  return Math.max(0, Math.min(most, Number.isNaN(span) || span < 1 ? 1 : span));
}

/** Pages often show a state as a picture: what it says instead counts if there is no text. */
function textOf(element: Node): string {
  let text = '';
  let pictures = '';
  const waiting = [element];
  for (let next = waiting.pop(); next !== undefined && text.length < 4 * maxText; next = waiting.pop()) {
    const { type, name, data = '', attribs, children = [] } = next;
    if (type === 'text') text += data.slice(0, 4 * maxText);
    else if (name === 'br') text += ' ';
    else if (name === 'img') pictures += ` ${attribs?.alt ?? ''}`;
    else if (!UNSEEN.has(type)) for (const child of children.toReversed()) waiting.push(child);
  }
  const shown = tidied(text);
  return shown === '' ? tidied(pictures) : shown;
}

/** As htmlparser2 calls them. */
const UNSEEN = new Set(['script', 'style', 'comment']);

function tidied(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, maxText);
}

/** A page up to where it has too many elements, or too many within each other: trees are walked by functions that call themselves. */
function bounded(page: string): string {
  let depth = 0;
  let count = 0;
  TAG.lastIndex = 0;
  for (let found = TAG.exec(page); found !== null; found = TAG.exec(page)) {
    const { 0: tag, 1: end, 2: name = '', index } = found;
    const close = tag === '<!--' ? '-->' : CODE.test(name) && end === '' ? `</${name}` : undefined;
    if (close !== undefined) {
      const closed = page.indexOf(close, TAG.lastIndex);
      if (closed < 0) return page.slice(0, index); // nothing of it is a table
      TAG.lastIndex = closed;
    } else if (end === '/') depth = Math.max(0, depth - 1);
    else {
      count++;
      if (!VOID.test(name)) depth++;
    }
    if (depth > maxDepth || count > maxElements) return page.slice(0, index);
  }
  return page;
}

const TAG = /<!--|<(\/?)([a-z][a-z0-9]{0,20})/gi;
const CODE = /^(?:script|style)$/i;
/** Elements that hold nothing, and those whose end is left out (HTML Standard §13.1.2.4). */
const VOID =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|html|body|p|li|dt|dd|td|th|tr|option|tbody|thead|tfoot)$/i;
