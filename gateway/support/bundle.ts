/**
 * The support bundle: one text that tells how a box is, to be sent to whoever helps.
 *
 * Promise: no password, key, token, tag or device's Bluetooth address is in it. Tables are written without what is secret in them, comments are left
 * out, the last reading of a detector too; and whatever of `secretsOf` still occurs anywhere, in a log line for instance, is blotted out
 * before anything is written. Places of devices and names of stations are in it.
 */

import type { Written } from '../config/settings.ts';
import { tomlOf } from '../config/toml.ts';
import type { Status } from '../status/status.ts';

const BLOT = '(left out)';

export interface BundleParts {
  readonly title: string;
  /** What the doctor finds, a line each. */
  readonly findings: readonly string[];
  /** Undefined if no gateway runs. */
  readonly status: Status | undefined;
  readonly written: Written;
  readonly logLines: readonly string[];
  readonly secrets: readonly string[];
}

export function supportBundle({ title, findings, status, written, logLines, secrets }: BundleParts): string {
  const sections = [
    title,
    section('doctor', findings.join('\n')),
    section('status', status === undefined ? '-' : JSON.stringify(withoutSightings(status), undefined, 1)),
    section('configuration', tomlOf(withoutSecrets(written) as Record<string, unknown>)), // a table stays one
    section('log', logLines.join('\n')),
  ];
  return blotted(sections.join('\n\n'), secrets);
}

function section(name: string, text: string): string {
  return `== ${name} ==\n${text}`;
}

/** What a setting says, as far as anybody may know it. */
function withoutSecrets(value: unknown, key = ''): unknown {
  if (key === 'tags') return [];
  if (/(password|secret|token|key|pin)$/i.test(key)) return BLOT;
  if (typeof value === 'string') return value.replace(/^([a-z+]+:\/\/)[^/@]+@/i, `$1${BLOT}@`);
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, withoutSecrets(inside, name)]));
}

function withoutSightings(status: Status): Status {
  const devices = Object.entries(status.devices).map(([id, device]) => {
    const { last, ...rest } = device;
    return [id, last?.kind === 'sighting' ? rest : device] as const;
  });
  return { ...status, devices: Object.fromEntries(devices) };
}

/** Colons or hyphens between six bytes (IEEE 802), which a log line about a radio may have. */
const ADDRESS = /\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b/gi;

function blotted(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, BLOT), text.replace(ADDRESS, BLOT));
}
