/** Everything that was sent whole is stored, and once. */
import { listed } from '../../../shared/text.ts';
import type { ExpectSettings } from '../settings.ts';
import { type Arrived, type Check, type Evidence, isSent, isWithin, type Outcome } from './check.ts';
import { say } from './words.ts';

type Settings = Extract<ExpectSettings, { that: 'stored-once' }>;

/** Devices that an outcome names. */
const maxNamed = 5;
/** What is observed as the window opens or closes may be on either side of it: a gateway's time is not the device's. */
const EDGE = 1;

export function storedOnce({ devices, ...window }: Settings): Check {
  const stored = new Map<string, number>();
  const isMeant = (device: string) => devices === undefined || devices.includes(device);
  const hasWindow = window.fromMs !== undefined || window.toMs !== undefined;
  return {
    take(reading: Arrived, evidence) {
      if (!isMeant(reading.device) || !isSent(reading, evidence)) return;
      if (hasWindow && !isWithin(window, evidence.secondsOf(reading.observedAt))) return;
      stored.set(reading.device, (stored.get(reading.device) ?? 0) + 1);
    },
    end(evidence): Outcome {
      const wrong = [...evidence.sent.keys()].filter(isMeant).flatMap((device) => {
        const sent = sentOf(device, evidence, hasWindow ? window : undefined);
        const refused = hasWindow ? 0 : (evidence.refused.get(device) ?? 0);
        const came = (stored.get(device) ?? 0) + refused;
        const edge = hasWindow ? EDGE : 0;
        return Math.abs(came - sent) <= edge ? [] : [{ device, sent, came }];
      });
      const sent = sumOf([...evidence.sent.keys()].filter(isMeant), (device) =>
        sentOf(device, evidence, hasWindow ? window : undefined),
      );
      const counts = { sent, stored: sumOf([...stored.keys()], (device) => stored.get(device) ?? 0) };
      const { duplicates, missing } = evidence;
      const found = { ...counts, duplicates, missing };
      const refused = sumOf(
        [...evidence.refused.keys()].filter(isMeant),
        (device) => evidence.refused.get(device) ?? 0,
      );
      const named = listed(
        wrong.slice(0, maxNamed).map(({ device, sent, came }) => say.deviceCounts({ device, sent, stored: came })),
      );
      return {
        ok: wrong.length === 0 && duplicates === 0 && missing === 0 && sent > 0,
        expected: hasWindow
          ? say.storedOnceBetween({ from: (window.fromMs ?? 0) / 1000, to: (window.toMs ?? 0) / 1000 })
          : say.storedOnce(),
        measured: refused === 0 ? say.counts(found) : say.countsRefused({ ...found, refused }),
        hint: sent === 0 ? say.nothingSent() : wrong.length > 0 ? say.differ({ devices: named }) : undefined,
      };
    },
  };
}

function sentOf(
  device: string,
  evidence: Evidence,
  window: { fromMs?: number | undefined; toMs?: number | undefined } | undefined,
) {
  if (window === undefined) return sumOf([...(evidence.sent.get(device)?.values() ?? [])], (n) => n);
  const [fromS, toS] = [(window.fromMs ?? 0) / 1000, (window.toMs ?? Number.POSITIVE_INFINITY) / 1000];
  return evidence.sentBetween(device, fromS, toS);
}

function sumOf<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}
