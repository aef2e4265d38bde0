/** A test reading of a device, followed to the receipts of its destinations. */
import { listed, type Text } from '../../shared/text.ts';
import type { TestEvent } from '../commission/answers.ts';
import { askIfRunning, readLines } from '../control/client.ts';
import { notRunning } from '../control/messages.ts';
import { loadConfig } from './input.ts';
import type { Called } from './verb.ts';
import type { testDeviceUsage } from './verbs/lorawan.ts';
import { say } from './words/test-device.ts';

export async function testDevice({ args, options, terminal }: Called<typeof testDeviceUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  let takers: readonly string[] = [];
  let stored = 0;
  const running = await askIfRunning(config, async (ask) => {
    for await (const line of readLines(ask('send-test', { device: args.device }))) {
      const event = JSON.parse(line) as TestEvent; // by a gateway of this release
      if (event.event === 'begun') takers = event.destinations;
      if (event.event === 'receipt' && event.outcome === 'stored') stored++;
      if (options.json) terminal.writeJson(line);
      else for (const text of textsOf(event)) terminal.print(text);
    }
    return true;
  });
  if (running !== undefined) return takers.length > 0 && stored === takers.length ? 0 : 1;
  throw notRunning(config.gateway.id);
}

function textsOf(event: TestEvent): readonly Text[] {
  switch (event.event) {
    case 'begun': {
      const { destinations, others } = event;
      if (destinations.length === 0) return [others.length === 0 ? say.noDestinations() : say.nobodyTakes()];
      return others.length === 0 ? [] : [say.othersTakeNone({ destinations: listed(others) })];
    }
    case 'kept':
      return [say.kept({ ms: event.afterMs })];
    case 'sent':
      return [say.sent({ destination: event.destination, number: event.number, ms: event.afterMs })];
    case 'receipt': {
      const { destination, outcome, reason, afterMs: ms, isBrokersWord } = event;
      if (outcome === 'refused') return [say.refused({ destination, reason: reason ?? say.noReason() })];
      return [isBrokersWord ? say.brokersWord({ destination, ms }) : say.stored({ destination, ms })];
    }
    case 'waits': {
      const { destination, isConnected, why = say.noReason(), afterMs } = event;
      const seconds = Math.round(afterMs / 1_000);
      return [isConnected ? say.stillConnected({ destination, seconds }) : say.notConnected({ destination, why })];
    }
    case 'none':
      return [say.none({ destination: event.destination, what: event.what }), event.hint];
  }
}
