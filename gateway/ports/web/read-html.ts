/**
 * HTML pages, by cheerio: parsed as its `slim` build does (htmlparser2), which takes a third of the time and half of the memory to load, and
 * with the `tbody` that browsers put around rows, so that a selector copied from a browser fits.
 *
 * It is loaded by the first gateway that has a device of an HTML page. Bounds: `maxTables` of a page, `maxRows` and `maxCells` of a table,
 * `maxText` characters of a cell, `maxDepth` elements within each other; what is beyond is not read.
 */
import type { CheerioAPI } from 'cheerio/slim';
import type { Grid, HtmlPage, ReadHtml } from '../../../devices/web-table/html-page.ts';

const maxTables = 200;
const maxRows = 5_000;
const maxCells = 300;
/** Of all tables together; a cell may span as many as it likes. */
const maxAllCells = 200_000;
const maxText = 200;
const maxDepth = 500;

/** Undefined if cheerio is not installed: it is optional. */
export async function loadHtmlReader(): Promise<ReadHtml | undefined> {
  try {
    const { load } = await import('cheerio/slim');
    return (page) => htmlPage(load(shallow(page)));
  } catch {
    return undefined; // npm install cheerio; the device says so
  }
}

type Selection = ReturnType<CheerioAPI>;

function htmlPage($: CheerioAPI): HtmlPage {
  $('script, style, template, noscript').remove();
  wrapRows($);
  /** Undefined if it is no selector, which cheerio says by throwing. */
  const select = (selector: string): Selection | undefined => {
    try {
      return $(selector);
    } catch {
      return undefined;
    }
  };
  return {
    tables(selector) {
      const selected = select(selector);
      if (selected === undefined || selected.length === 0) return undefined;
      const tables = selected.filter('table').add(selected.find('table')).slice(0, maxTables);
      let left = maxAllCells;
      return tables.toArray().map((table) => {
        const grid = gridOf($, $(table), left);
        left -= grid.reduce((sum, row) => sum + row.length, 0);
        return grid;
      });
    },
    text(selector) {
      const selected = select(selector)?.first();
      return selected === undefined || selected.length === 0 ? undefined : textOf($, selected);
    },
  };
}

/** Browsers put a `tbody` around rows that stand in a table directly (HTML Standard §13.2.6.4.9). */
function wrapRows($: CheerioAPI): void {
  $('table:has(> tr)').each((_, table) => {
    const rows = $(table).children('tr');
    rows.first().before('<tbody></tbody>');
    $(table).children('tbody').first().append(rows);
  });
}

/** A cell that spans several rows or columns is in each of them. */
function gridOf($: CheerioAPI, table: Selection, maxHere: number): Grid {
  const rows = table.children('thead, tbody, tfoot').children('tr').slice(0, maxRows).toArray();
  const grid: string[][] = rows.map(() => []);
  let count = 0;
  for (const [y, row] of rows.entries()) {
    let x = 0;
    for (const cell of $(row).children('td, th').toArray()) {
      while (grid[y]?.[x] !== undefined) x++;
      const text = textOf($, $(cell));
      const wide = spanOf($(cell).attr('colspan'), maxCells - x);
      const high = spanOf($(cell).attr('rowspan'), rows.length - y);
      count += wide * high;
      if (count > maxHere) return grid;
      for (let dy = 0; dy < high; dy++) {
        const line = grid[y + dy];
        for (let dx = 0; line !== undefined && dx < wide; dx++) line[x + dx] ??= text;
      }
      x += wide;
    }
  }
  return grid.map((row) => Array.from(row, (cell) => cell ?? ''));
}

function spanOf(written: string | undefined, most: number): number {
  const span = Number.parseInt(written ?? '1', 10);
  return Math.max(0, Math.min(most, Number.isNaN(span) || span < 1 ? 1 : span));
}

/** Pages often show a state as a picture: what it says instead counts if there is no text. */
function textOf($: CheerioAPI, element: Selection): string {
  element.find('br').replaceWith(' ');
  const text = element.text().replace(/\s+/g, ' ').trim();
  if (text !== '') return text.slice(0, maxText);
  const pictures = element.find('img').toArray();
  const words = pictures.map((picture) => $(picture).attr('alt') ?? '');
  return words.join(' ').trim().slice(0, maxText);
}

/** Up to where its elements are too deep within each other: trees are walked by functions that call themselves. */
function shallow(page: string): string {
  let depth = 0;
  for (const { 0: tag, index } of page.matchAll(/<(\/?)[a-z][^>]{0,2000}>/gi)) {
    depth += tag.startsWith('</') ? -1 : VOID.test(tag) || tag.endsWith('/>') ? 0 : 1;
    depth = Math.max(0, depth);
    if (depth > maxDepth) return page.slice(0, index);
  }
  return page;
}

/** Elements that hold nothing, and those whose end is left out (HTML Standard §13.1.2.4). */
const VOID =
  /^<(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|dt|dd|td|th|tr|option|tbody|thead)\b/i;
