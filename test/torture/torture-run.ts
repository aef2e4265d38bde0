/** Kills at random moments, over several gateways at once, and where every acknowledged reading is afterwards. */
import { messageOf } from '../../shared/errors.ts';
import { Random } from '../../simulators/random.ts';
import type { Account } from './account.ts';
import { TortureSite } from './torture-site.ts';

export interface TortureOptions {
  /** All gateways together. */
  readonly kills: number;
  readonly seed: number;
  /** Gateways that are tortured at once: as many as the machine has processors. */
  readonly gateways: number;
  onKill?(kills: number): void;
}

export interface TortureOutcome extends Account {
  readonly kills: number;
}

/** Rejects where a gateway does not start or stop; then its last log lines are in the message. */
export async function torture({ kills, seed, gateways, onKill }: TortureOptions): Promise<TortureOutcome> {
  const random = new Random(seed);
  let begun = 0;
  let done = 0;
  const accounts = await Promise.all(
    Array.from({ length: gateways }, async () => {
      const site = await TortureSite.open(random.fork());
      try {
        while (begun < kills) {
          begun++;
          if (await site.live()) {
            done++;
            onKill?.(done);
          } else begun--; // a clean restart is no kill
        }
        return await site.account();
      } catch (fault) {
        throw new Error(`${messageOf(fault)}\n${site.lastLog}`, { cause: fault });
      } finally {
        await site.close();
      }
    }),
  );
  const sum = (count: keyof Account) => accounts.reduce((total, account) => total + account[count], 0);
  return {
    kills: done,
    appended: sum('appended'),
    stored: sum('stored'),
    waiting: sum('waiting'),
    refused: sum('refused'),
    gaps: sum('gaps'),
    lost: sum('lost'),
    duplicated: sum('duplicated'),
  };
}
