/** Columns by RFC 4180 §2: one in double quotes may hold the separator, and a quote as two quotes. */
export function splitColumns(line: string, separator: string): readonly string[] {
  const columns: string[] = [''];
  let isQuoted = false;
  for (let i = 0; i < line.length; i += 1) {
    const last = columns.length - 1;
    if (line[i] === '"' && isQuoted && line[i + 1] === '"') {
      columns[last] += '"';
      i += 1;
    } else if (line[i] === '"') {
      isQuoted = !isQuoted;
    } else if (line[i] === separator && !isQuoted) {
      columns.push('');
    } else {
      columns[last] += line[i] ?? '';
    }
  }
  return columns.map((column) => column.trim());
}
