/** The documents of a prefecture's web server, as such servers write them: JSON, CSV in Shift_JIS, HTML in EUC-JP. */
import { encodeJapanese } from './japanese-encoder.ts';
import { fullWidth, japaneseTime, PAGE } from './words.ts';

export interface Observed {
  /** Epoch ms. */
  readonly at: number;
  /** m; undefined while it is out of order. */
  readonly level?: number | undefined;
  /** mm in the last hour. */
  readonly rain?: number | undefined;
}

export interface Site {
  /** By station, the oldest first. */
  readonly stations: ReadonlyMap<string, readonly Observed[]>;
  /** By shelter. */
  readonly shelters: ReadonlyMap<string, boolean>;
  /** Epoch ms. */
  readonly updatedAt: number;
}

export interface Page {
  readonly type: string;
  readonly body: Uint8Array;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const local = (at: number) => new Date(at + 9 * 3_600_000);
const isoTime = (at: number) => `${local(at).toISOString().slice(0, 19)}+09:00`;
/** "2026/11/26 14:10" */
const slashTime = (at: number) => local(at).toISOString().slice(0, 16).replaceAll('-', '/').replace('T', ' ');
/** "11/26 14:10" */
const shortTime = (at: number) => slashTime(at).slice(5);

/** `isRenamed`: the page has been made anew, and a column has another name. */
export const PAGES: Readonly<Record<string, (site: Site, isRenamed: boolean) => Page>> = {
  '/river.json': ({ stations, updatedAt }, isRenamed) => {
    const list = [...stations].map(([name, observed]) => {
      const { at = 0, level = null, rain = null } = observed.at(-1) ?? {};
      return { name, time: isoTime(at), [isRenamed ? 'stage' : 'level']: level, rain };
    });
    const body = { updated: isoTime(updatedAt), data: { stations: list } };
    return { type: 'application/json', body: utf8(JSON.stringify(body)) };
  },
  /** The last hours of the first station. */
  '/series.json': ({ stations }) => {
    const [first] = stations.values();
    const rows = (first ?? []).toReversed().map(({ at, level = null }) => ({ t: slashTime(at), h: level }));
    return { type: 'application/json', body: utf8(JSON.stringify(rows)) };
  },
  '/river.csv': ({ stations, updatedAt }, isRenamed) => {
    const { title, updated, station, time, level, renamedLevel, rain, nothing } = PAGE;
    const rows = [...stations].map(([name, observed]) => {
      const { at = 0, level, rain } = observed.at(-1) ?? {};
      return [name, slashTime(at), level?.toFixed(2) ?? nothing, rain?.toFixed(1) ?? '-'];
    });
    const header = [station, time, isRenamed ? renamedLevel : level, rain];
    const lines = [[title], [updated, slashTime(updatedAt)], [], header, ...rows];
    const text = lines.map((cells) => cells.map((cell) => `"${cell}"`).join(',')).join('\r\n');
    return { type: 'text/csv', body: encodeJapanese(text, 'shift_jis') };
  },
  '/river.html': ({ stations, updatedAt }, isRenamed) => {
    const { title, station, time, level, renamedLevel, rain, nothing, levelUnit, now } = PAGE;
    const rows = [...stations].map(([name, observed]) => {
      const { at = 0, level, rain } = observed.at(-1) ?? {};
      const written = level === undefined ? nothing : fullWidth(level.toFixed(2)).replace('－', '△');
      return `<tr><td>${name}<td>${shortTime(at)}<td>${written}<td>${rain ?? '--'}</tr>`;
    });
    const head = `<tr><th>${station}</th><th>${time}</th><th>${isRenamed ? renamedLevel : levelUnit}</th><th>${rain}</th></tr>`;
    const text = `<!DOCTYPE html><html><head><meta charset="EUC-JP"><title>${title}</title></head><body>
<table><tr><td><p id="updated">${japaneseTime(local(updatedAt))}${now}</p></td></tr></table>
<table class="suii">${head}${rows.join('\n')}</table><!-- ${level} --></body></html>`;
    return { type: 'text/html', body: encodeJapanese(text, 'euc-jp') };
  },
  '/shelters.html': ({ shelters, updatedAt }) => {
    const { shelter, state, open, closed, updated } = PAGE;
    const rows = [...shelters].map(([name, isOpen]) => `<tr><td>${name}</td><td>${isOpen ? open : closed}</td></tr>`);
    const text = `<html><head><meta charset="utf-8"></head><body><p class="time">${updated}: ${japaneseTime(local(updatedAt))}</p>
<table id="list"><thead><tr><th>${shelter}</th><th>${state}</th></tr></thead><tbody>${rows.join('')}</tbody></table></body></html>`;
    return { type: 'text/html; charset=utf-8', body: utf8(text) };
  },
};
