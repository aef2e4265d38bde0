import { join } from 'node:path';
import type { Config } from './settings.ts';

/** Where the hub's own certificate authority is. */
export function authorityFolderOf({ ports, gateway }: Pick<Config, 'ports' | 'gateway'>): string {
  const feed = ports.find(({ portType }) => portType.shape === 'feed');
  const { authorityDirectory } = (feed?.settings ?? {}) as { readonly authorityDirectory?: string }; // of the port type `feed`
  return authorityDirectory ?? join(gateway.dataDirectory, 'authority');
}

/** When the operators' list is signed again, and how long it counts. */
export function listTimesOf({ listRefreshMs, listValidityMs }: Config['watchOver']) {
  return { refreshMs: listRefreshMs, validityMs: listValidityMs };
}

/** Whether batches of other gateways come. */
export function isHub({ ports }: Pick<Config, 'ports'>): boolean {
  return ports.some(({ portType }) => portType.shape === 'feed');
}
