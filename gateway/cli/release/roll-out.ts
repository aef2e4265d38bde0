/** `machimori release roll-out`: a release goes to the gateways of a hub, in stages. */
import { maxLifetimeMs } from '../../../shared/orders/order.ts';
import type { Text } from '../../../shared/text.ts';
import { askGateway, readJson } from '../../control/client.ts';
import type { RollOutSight } from '../../hub/roll-out.ts';
import { maxPauseMs, maxStages, minPatienceMs } from '../../hub/roll-out-plan.ts';
import { openLog } from '../../machine/log.ts';
import { checkHub } from '../hub-certificates.ts';
import { loadConfig } from '../input.ts';
import type { Terminal } from '../terminal.ts';
import { durationOf } from '../values.ts';
import { type Called, UsageError } from '../verb.ts';
import type { rollOutUsage } from '../verbs/release.ts';
import { say } from '../words/release.ts';

export async function rollOut({ args, options, terminal }: Called<typeof rollOutUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkHub(config);
  const [action, parameters] = askedOf(args.version, options);
  const log = openLog('warn', () => performance.now());
  const sight = await askGateway(config, log, (ask) => readJson<RollOutSight | null>(ask(action, parameters)));
  if (options.json) terminal.writeJson(JSON.stringify(sight));
  else if (sight === null) terminal.print(say.noRollOutYet());
  else print(sight, terminal);
  return sight?.state.state === 'stopped' && !options.stop ? 1 : 0;
}

/** What the hub is asked. Throws a UsageError. */
function askedOf(version: string | undefined, options: Called<typeof rollOutUsage>['options']) {
  if (options.stop) return ['stop-roll-out', {}] as const;
  if (version === undefined) return ['roll-out', {}] as const;
  if (options.url === undefined) throw new UsageError(say.needsUrl());
  const [stopShare = 0] = sharesOf('--stop-at', options['stop-at']);
  const stages = sharesOf('--stages', options.stages);
  const [pauseMs, patienceMs] = [
    durationOf('--pause', options.pause, '1d'),
    durationOf('--patience', options.patience, '7d'),
  ];
  if (stages.length > maxStages || stages[0] === 0) throw new UsageError(say.badStages({ max: maxStages }));
  if (pauseMs > maxPauseMs) throw new UsageError(say.badPause());
  if (patienceMs < minPatienceMs || patienceMs > maxLifetimeMs) throw new UsageError(say.badPatience());
  const plan = { version, url: options.url, stages, stopShare, pauseMs, patienceMs };
  return ['begin-roll-out', plan] as const;
}

/** Percentages as shares. Throws a UsageError. */
function sharesOf(option: string, word: string): readonly number[] {
  const shares = word.split(',').map((each) => Number(each.trim() === '' ? Number.NaN : each) / 100);
  const isGood = shares.every((each, i) => each >= 0 && each <= 1 && each > (shares[i - 1] ?? -1));
  if (!isGood) throw new UsageError(say.badShare({ option, word }));
  return shares;
}

function print({ plan, state, tally }: RollOutSight, terminal: Terminal): void {
  const share = Math.round((plan.stages[state.stage] ?? 1) * 1_000) / 10;
  const about = { version: plan.version, stage: state.stage + 1, stages: plan.stages.length, share };
  terminal.print(say.rollOutAt({ ...about, state: STATES[state.state]() }));
  terminal.print(say.rollOutTally(tally));
}

const STATES: Readonly<Record<RollOutSight['state']['state'], () => Text>> = {
  running: say.stateRunning,
  stopped: say.stateStopped,
  done: say.stateDone,
};
