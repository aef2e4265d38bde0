/** Reads which file imports what, and finds what the table does not allow. */
import { readFileSync } from 'node:fs';
import { dirname, normalize } from 'node:path/posix';
import { NODE_ALLOWED, NODE_FORBIDDEN, NODE_INSTEAD, PACKAGES, ROOMS, type Room } from './rules.ts';

export interface Import {
  readonly from: string;
  /** A file of the repository, a package, or "node:…". */
  readonly to: string;
  /** `import type`, of which nothing is left when it runs. */
  readonly isOfTypes?: boolean;
}

const IMPORT = /(?:(\b(?:import|export)\s+type\s[^;']*?)?\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)'([^']+)'/g;

/** Static, dynamic and type imports, and what is exported from elsewhere. */
export function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map(([, types, specifier = '']) => ({
    from,
    to: specifier.startsWith('.') ? normalize(`${dirname(from)}/${specifier}`) : specifier,
    ...(types !== undefined && { isOfTypes: true }),
  }));
}

export function importsIn(files: readonly string[], root: string): Import[] {
  return files.flatMap((file) => importsOf(file, readFileSync(`${root}/${file}`, 'utf8')));
}

/** The room of a file: the narrowest place that holds it. */
export function roomOf(file: string, rooms: readonly Room[] = ROOMS): Room | undefined {
  return rooms.filter(({ place }) => isWithin(file, place)).toSorted((a, b) => b.place.length - a.place.length)[0];
}

/** What is wrong with an import, and what to do instead; undefined if nothing is. */
export function faultOf({ from, to, isOfTypes = false }: Import): string | undefined {
  const room = roomOf(from);
  if (room === undefined) return `${from} is in no room: give it a row in test/house/rules.ts`;
  if (to.startsWith('node:')) {
    const isIn = (places: readonly string[]) => places.some((place) => isWithin(from, place));
    return isIn(NODE_ALLOWED) && !isIn(NODE_FORBIDDEN) ? undefined : `${from} imports ${to}: ${NODE_INSTEAD}`;
  }
  if (!to.endsWith('.ts')) return faultOfPackage(from, to);
  const target = roomOf(to);
  if (target === undefined) return `${from} imports ${to}, which is in no room`;
  if (target === room || room.may.includes(target.place)) return undefined;
  if (isOfTypes && room.mayTypes?.includes(target.place) === true) return undefined;
  return `${from} imports ${to}: ${room.place} may not import ${target.place}; ${room.instead}`;
}

function faultOfPackage(from: string, to: string): string | undefined {
  const name = to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : (to.split('/')[0] ?? '');
  const rule = PACKAGES[name];
  if (rule === undefined || rule.only.some((place) => isWithin(from, place))) return undefined;
  return `${from} imports ${to}: ${rule.instead}`;
}

/** Files that import each other in a circle, if there is one: the first and last of the list are the same. */
export function circleIn(imports: readonly Import[]): readonly string[] | undefined {
  const next = new Map<string, Import[]>();
  for (const each of imports) next.set(each.from, [...(next.get(each.from) ?? []), each]);
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { to } of next.get(file) ?? []) {
      const circle = walk(to, [...path, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const circle = walk(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function isWithin(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`);
}
