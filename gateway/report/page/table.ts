/** Tables whose headings are repeated on every sheet of paper, and that scroll by themselves on a phone. */
import { type Filling, type Html, html } from './html.ts';

export interface Column {
  readonly heading: string;
  readonly isNumber?: true;
  /** A time, which is never broken. */
  readonly isTime?: true;
}

/** The first cell of each row is its heading. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Filling[])[]): Html {
  const classOf = ({ isNumber, isTime }: Column) => {
    if (isNumber) return html` class="n"`;
    return isTime ? html` class="when"` : '';
  };
  return html`<div class="wide" role="region" tabindex="0" aria-label="${caption}"><table>
<thead><tr>${columns.map((column) => html`<th scope="col"${column.isNumber ? html` class="n"` : ''}>${column.heading}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (cells) => html`<tr>${cells.map((cell, i) => {
    const column = columns[i];
    if (i === 0 || column === undefined) return html`<th scope="row">${cell}</th>`;
    return html`<td${classOf(column)}>${cell}</td>`;
  })}</tr>
`,
)}</tbody>
</table></div>`;
}

/** A name with what describes it below. */
export function named(name: string, ...more: readonly (string | undefined)[]): Html {
  const below = more.filter((each) => each !== undefined && each !== '');
  return html`${name}${below.length === 0 ? '' : html`<small>${below.join(' · ')}</small>`}`;
}
