/** HTML from template literals: whatever is filled in is escaped, unless it is HTML already. */
import { printable } from '../../../shared/text.ts';

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Filling = string | number | Html | undefined | readonly Filling[];

/** `html\`<td>${name}</td>\``. A stranger's text is text: it can neither become markup nor turn the direction of the page. */
export function html(parts: TemplateStringsArray, ...values: readonly Filling[]): Html {
  return new Html(parts.map((part, i) => (i === 0 ? part : shown(values[i - 1]) + part)).join(''));
}

function shown(value: Filling): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(shown).join('');
  return escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
