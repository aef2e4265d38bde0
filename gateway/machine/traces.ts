/**
 * Stack traces of a bundle name the sources' files and lines. Node can do that by itself (`--enable-source-maps`), but then reads the map
 * of every file when it loads it, and keeps them. Here a map is read when a trace that needs it is written, which on most boxes is never.
 *
 * Limits: the maps of the last `maxMaps` files are kept. A map that is missing or broken costs nothing but the names: the trace shows the
 * bundle's own lines.
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isBundled } from './own-files.ts';

const maxMaps = 4;
const maps = new Map<string, SourceMap | undefined>();

/** Does nothing unless this is a bundle. */
export function nameSources(): void {
  if (isBundled) Error.prepareStackTrace = (fault, calls) => [headOf(fault), ...calls.map(lineOf)].join('\n    at ');
}

/** As V8 writes it: an error whose own `toString` fails must not cost the trace. */
function headOf(fault: Error): string {
  try {
    return String(fault);
  } catch {
    return 'Error';
  }
}

function lineOf(call: NodeJS.CallSite): string {
  const file = call.getFileName();
  const [line, column] = [call.getLineNumber(), call.getColumnNumber()];
  if (!file?.startsWith('file:') || line === null || column === null) return String(call);
  const entry = mapOf(fileURLToPath(file))?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry)) return String(call);
  const place = `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  const written = String(call);
  return written.includes(file) ? written.replace(`${file}:${line}:${column}`, () => place) : `${written} (${place})`;
}

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) {
    const [oldest] = maps.keys();
    if (maps.size >= maxMaps && oldest !== undefined) maps.delete(oldest);
    maps.set(file, readMap(`${file}.map`));
  }
  return maps.get(file);
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
