/** `machimori test-receiver`: holds somebody's city OS against docs/feed.md. Its readings are stored there under a tenant of their own. */
import { randomBytes } from 'node:crypto';
import type { Text } from '../../../shared/text.ts';
import { printableJson } from '../../../shared/text.ts';
import { SystemClock } from '../../machine/system-clock.ts';
import { brokerOf } from '../broker.ts';
import type { Terminal } from '../terminal.ts';
import { durationOf } from '../values.ts';
import type { Called } from '../verb.ts';
import type { testReceiverUsage } from '../verbs/test-receiver.ts';
import { say } from '../words/test-receiver.ts';
import { CHECKS, type Check } from './checks.ts';
import { Player } from './player.ts';

interface Result {
  readonly check: Check;
  readonly fault: Text | undefined;
}

export async function testReceiver({ args, options, terminal }: Called<typeof testReceiverUsage>): Promise<number> {
  const { tenant } = options;
  const player = new Player({
    broker: brokerOf(args.url, options, say.noUrl()),
    tenant,
    gateway: options.gateway ?? `test-${randomBytes(3).toString('hex')}`,
    receiptTimeoutMs: durationOf('--receipt-timeout', options['receipt-timeout'], '10s'),
    clock: new SystemClock('always'),
  });
  await player.open();
  if (!options.json) terminal.print(say.playing({ gateway: player.gateway, tenant }));
  const results: Result[] = [];
  try {
    for (const check of CHECKS) {
      const result = { check, fault: await check.run(player) };
      results.push(result);
      if (!options.json) show(result, terminal);
      if (check.name === 'stored' && result.fault !== undefined) break; // nobody is there
    }
  } finally {
    await player.close();
  }
  return sum(results, player.strange, options.json, terminal);
}

function show({ check, fault }: Result, terminal: Terminal): void {
  if (fault === undefined) terminal.print(say.good({ what: check.what }));
  else terminal.print((check.isOptional ? say.missing : say.bad)({ what: check.what, fault, rule: check.rule }));
}

function sum(results: readonly Result[], strange: number, isJson: boolean, terminal: Terminal): number {
  const faults =
    results.filter(({ check, fault }) => fault !== undefined && !check.isOptional).length + (strange > 0 ? 1 : 0);
  if (isJson) {
    const lines = results.map(({ check: { name, rule, isOptional = false }, fault }) => ({
      name,
      rule,
      isOptional,
      isGood: fault === undefined,
      ...(fault && { fault: fault.en }),
    }));
    terminal.write(printableJson(JSON.stringify({ faults, strange, checks: lines })));
  } else {
    if (strange > 0) terminal.print(say.strange({ count: strange }));
    terminal.print(faults === 0 ? say.allGood() : say.someBad({ count: faults }));
  }
  return faults === 0 ? 0 : 1;
}
