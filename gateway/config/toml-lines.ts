/**
 * Where in a TOML file a setting stands: smol-toml gives values without lines, and a fault without its line sends a
 * technician searching.
 *
 * A path is the keys from the root, with indexes for arrays of tables: ["device", 2, "baud"]. The line found is that of
 * the key, or else of the table it belongs to or would belong to, or else 1. Dotted keys and inline tables are found by
 * their first part.
 */

export type Path = readonly (string | number)[];

export function lineOf(text: string, path: Path): number {
  const lines = indexLines(text);
  for (let length = path.length; length > 0; length--) {
    const line = lines.get(path.slice(0, length).join('\0'));
    if (line !== undefined) return line;
  }
  return 1;
}

function indexLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  let table: (string | number)[] = [];
  let closing: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (closing !== undefined) {
      if (line.includes(closing)) closing = undefined;
      continue;
    }
    const header = /^\s*(\[\[?)\s*([^\]]+?)\s*\]/.exec(line);
    const key = /^\s*([A-Za-z0-9_-]+|"[^"]*")\s*[.=]/.exec(line)?.[1]?.replaceAll('"', '');
    if (header !== null) {
      table = tablePath(header[2] ?? '', header[1] === '[[', counts);
      remember(lines, table, index + 1);
    } else if (key !== undefined) {
      remember(lines, [...table, key], index + 1);
      const opener = /=\s*("""|''')/.exec(line)?.[1];
      if (opener !== undefined && line.lastIndexOf(opener) === line.indexOf(opener)) closing = opener;
    }
  }
  return lines;
}

/** The path of a header such as `[[device.threshold]]`: within the last `[[device]]` that stood before it. */
function tablePath(header: string, isArray: boolean, counts: Map<string, number>): (string | number)[] {
  const path: (string | number)[] = [];
  const parts = header.split('.').map((part) => part.trim().replaceAll('"', ''));
  for (const [depth, part] of parts.entries()) {
    path.push(part);
    const key = path.join('\0');
    const isLast = depth === parts.length - 1;
    const count = counts.get(key);
    if (isLast && isArray) counts.set(key, (count ?? 0) + 1);
    const index = (counts.get(key) ?? 0) - 1;
    if (index >= 0) path.push(index);
  }
  return path;
}

function remember(lines: Map<string, number>, path: Path, line: number): void {
  const key = path.join('\0');
  if (!lines.has(key)) lines.set(key, line);
}
