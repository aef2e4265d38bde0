/**
 * What a decoder may ask of an HTML page. The parser is heavy, and not everybody has it: it is handed in (`Place.readHtml`), so that
 * devices/ stays pure and whoever reads no page does not load it.
 */

/** Rows of cells, as texts; a cell that spans several rows or columns is in each of them. */
export type Grid = readonly (readonly string[])[];

export interface HtmlPage {
  /** The tables that a CSS selector takes, or that are within what it takes; undefined if it takes nothing on the page. */
  tables(selector: string): readonly Grid[] | undefined;
  /** The text of the first element that a CSS selector takes. */
  text(selector: string): string | undefined;
}

/** Undefined if the parser is not installed. */
export type ReadHtml = (page: string) => HtmlPage;
