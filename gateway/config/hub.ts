import { join } from 'node:path';
import type { PortConfig } from '../ports/port.ts';
import type { Config } from './settings.ts';

/** Where the hub's own certificate authority is. */
export function authorityFolderOf(config: Pick<Config, 'ports' | 'gateway'>): string {
  const { authorityDirectory } = (doorIn(config)?.settings ?? {}) as { readonly authorityDirectory?: string }; // of the port type `feed`
  return authorityDirectory ?? join(config.gateway.dataDirectory, 'authority');
}

/** When the operators' list is signed again, and how long it counts. */
export function listTimesOf({ listRefreshMs, listValidityMs }: Config['watchOver']) {
  return { refreshMs: listRefreshMs, validityMs: listValidityMs };
}

/** Whether batches of other gateways come. */
export function isHub({ ports }: Pick<Config, 'ports'>): boolean {
  return ports.some(({ portType }) => portType.shape === 'feed');
}

/** The port that gateways send to. A hub that only follows an archive has none. */
export function doorIn({ ports }: Pick<Config, 'ports'>): PortConfig | undefined {
  return ports.find(({ portType }) => portType.shape === 'feed' && portType.fetches !== true);
}
