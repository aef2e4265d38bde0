import type { Config } from './settings.ts';

/** Whether batches of other gateways come. */
export function isHub({ ports }: Pick<Config, 'ports'>): boolean {
  return ports.some(({ portType }) => portType.shape === 'feed');
}
