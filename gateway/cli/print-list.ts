import { print } from './command.ts';

export interface ListWords {
  readonly heading: string;
  /** What is said where there is nothing. */
  readonly none: string;
  readonly json: boolean;
  /** The line of a row. */
  describe(row: string): string;
}

/** Prints lines of JSON as they come: as they are, or for people, with a heading. */
export async function printList(
  lines: AsyncIterable<string>,
  { heading, none, json, describe }: ListWords,
): Promise<void> {
  let isFirst = true;
  for await (const line of lines) {
    if (isFirst && !json) print(heading);
    isFirst = false;
    print(json ? line : describe(line));
  }
  if (isFirst && !json) print(none);
}
