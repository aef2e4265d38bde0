/** The way to whatever the configuration names: names that resolve, and doors that open. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { codeOf } from '../../shared/errors.ts';
import type { Config } from '../config/settings.ts';
import { bad, type Finding, good } from './finding.ts';
import { say } from './words.ts';

const maxHosts = 50;

/** Rejects never. */
export async function examineNames(config: Pick<Config, 'ports' | 'destinations'>): Promise<Finding[]> {
  const settings = [...config.ports, ...config.destinations].map((each) => each.settings);
  const hosts = [...new Set(settings.flatMap(hostsIn))].filter((host) => isIP(host) === 0).slice(0, maxHosts);
  return Promise.all(
    hosts.map(async (host) => {
      try {
        const { address } = await lookup(host);
        return good('names', say.resolves({ host, address }));
      } catch (fault) {
        return bad('names', say.doesNotResolve({ host, why: codeOf(fault) }), say.checkNameServer());
      }
    }),
  );
}

/** The hosts of all URLs that settings hold. */
function hostsIn(settings: unknown): string[] {
  if (typeof settings === 'string') return /^[a-z+]+:\/\//i.test(settings) ? hostOf(settings) : [];
  return typeof settings === 'object' && settings !== null ? Object.values(settings).flatMap(hostsIn) : [];
}

function hostOf(url: string): string[] {
  try {
    const { hostname } = new URL(url);
    return hostname === '' ? [] : [hostname.replace(/^\[|\]$/g, '')];
  } catch {
    return [];
  }
}
