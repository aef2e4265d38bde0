/** What may never leave the box in a support bundle: what proves who somebody is, and the tags of people. */
import { readFileSync, statSync } from 'node:fs';
import type { Config, Written } from '../config/settings.ts';

/** Credentials are small; what is larger is none. */
const maxFileBytes = 256 * 1024;
/** Shorter pieces of a file occur in any text. */
const leastLength = 6;

/** Settings that name a file with something secret in it: passwords, keys, tokens, enrolments, accounts. */
const SECRET_FILE = /(password|key|token|secret|enrolment|accounts)File$/i;

/** Members of an enrolment that are no secrets. */
const NAMES: ReadonlySet<string> = new Set(['tenant', 'gateway', 'username', 'url', 'actions']);

/** Every piece of text that is secret, the longest first. Files that cannot be read are passed over. */
export function secretsOf(config: Pick<Config, 'ports' | 'destinations' | 'devices' | 'written'>): readonly string[] {
  const settings = [...config.ports, ...config.destinations].map((each) => each.settings);
  const pieces = [
    ...settings.flatMap(filesIn).flatMap(piecesOf),
    ...settings.flatMap(loginsIn),
    ...[...config.devices.map(({ options }) => options), ...devicesIn(config.written)].flatMap(tagsIn),
  ];
  return [...new Set(pieces.filter((each) => each.length >= leastLength))].toSorted((a, b) => b.length - a.length);
}

function filesIn(settings: unknown): string[] {
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.entries(settings).flatMap(([key, value]) =>
    typeof value === 'string' ? (SECRET_FILE.test(key) ? [value] : []) : filesIn(value),
  );
}

/** Lines and words of a file; of JSON its texts. */
function piecesOf(file: string): string[] {
  try {
    if (statSync(file).size > maxFileBytes) return [];
    const text = readFileSync(file, 'utf8');
    const texts = text.trimStart().startsWith('{') ? textsIn(JSON.parse(text)) : [text];
    return texts.flatMap((each) => [...each.split(/\r?\n/), ...each.split(/[\s:=]+/)].map((piece) => piece.trim()));
  } catch {
    return [];
  }
}

/** Without what an enrolment only names: a bundle has to say whose it is. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => (NAMES.has(key) ? [] : textsIn(inside)));
}

/** User names and passwords in URLs. */
function loginsIn(settings: unknown): string[] {
  if (typeof settings === 'string') {
    const [, login] = /^[a-z+]+:\/\/([^/@]+)@/i.exec(settings) ?? [];
    return login === undefined ? [] : login.split(':').slice(1).map(decoded);
  }
  return typeof settings === 'object' && settings !== null ? Object.values(settings).flatMap(loginsIn) : [];
}

/** The city's own tags at a detector: names and identifiers, also without their format. */
function tagsIn(options: unknown): string[] {
  const { tags } = (options ?? {}) as { readonly tags?: unknown }; // of the types that have them
  const texts = Array.isArray(tags) ? tags.flatMap(textsIn) : [];
  return texts.flatMap((each) => [each, each.slice(each.indexOf(':') + 1)]);
}

function devicesIn({ device }: Written): readonly unknown[] {
  return Array.isArray(device) ? device : [];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
