/** A device's quantities over a time that is chosen: from the archive or the gateway's memory, and live since. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type HistoryAnswer, maxHistoryPoints, maxHistoryQuantities } from '../../../../shared/history-answer.ts';
import type { Text } from '../../../../shared/text.ts';
import type { DeviceStatus } from '../../../status/status.ts';
import { momentText } from '../format.ts';
import { Trouble, useAnswer } from '../parts.tsx';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { say } from '../words.ts';
import { Quantity } from './quantity.tsx';
import { say as own } from './words.ts';

const HOUR = 3_600_000;
const RANGES: readonly { readonly ms: number; readonly name: Text; readonly ofArchive?: true }[] = [
  { ms: HOUR, name: say.hours({ count: 1 }) },
  { ms: 6 * HOUR, name: say.hours({ count: 6 }) },
  { ms: 24 * HOUR, name: say.hours({ count: 24 }) },
  { ms: 168 * HOUR, name: own.days({ count: 7 }) },
  { ms: 720 * HOUR, name: own.days({ count: 30 }), ofArchive: true },
];
/** A phone has some 300 dots across, a desk some 1,000. */
const pointsAcross = 480;
/** What comes live is kept for so many readings only (history.ts): a page that stays open asks again. */
const askEveryMs = 600_000;

interface PlotsOptions {
  readonly id: string;
  readonly device: DeviceStatus;
  readonly quantities: readonly string[];
}

export function Plots({ id, device, quantities }: PlotsOptions) {
  const language = useLanguage();
  const { door, live } = useSignedIn();
  const [rangeMs, setRange] = useState(HOUR);
  const plotted = quantities.slice(0, maxHistoryQuantities);
  const names = plotted.join('\n');
  const ask = () => {
    const to = Math.round(Math.max(live.now, device.last?.observedAt ?? 0)) + 1;
    const asked = { device: id, quantities: plotted, from: Math.max(0, to - rangeMs), to };
    return door.json<HistoryAnswer>('history', { ...asked, maxPoints: Math.min(pointsAcross, maxHistoryPoints) });
  };
  const { answer: told, trouble, again } = useAnswer(ask, `${rangeMs} ${names}`);
  useAskingAgain(again);
  if (plotted.length === 0) return null;
  return (
    <>
      <Ranges chosen={rangeMs} choose={setRange} hasArchive={told?.source === 'archive'} />
      {trouble === undefined ? (
        <p class="small">{told === undefined ? own.asking()[language] : sourceOf(told, language)}</p>
      ) : (
        <>
          <Trouble text={trouble} />
          <p class="small">{say.sinceOpened()[language]}</p>
        </>
      )}
      {told?.isCut && <p class="why">{own.cut()[language]}</p>}
      {plotted.map((quantity) => (
        <Quantity key={quantity} {...{ id, device, quantity, told, rangeMs }} />
      ))}
    </>
  );
}

/** Now and then, and when a connection that was lost is back: what came meanwhile is not on the page. */
function useAskingAgain(again: () => void): void {
  const connection = useLive((live) => live.connection);
  const wasLost = useRef(false);
  useEffect(() => {
    if (connection === 'live' && wasLost.current) again();
    wasLost.current = connection !== 'live' && connection !== 'opening';
  }, [connection]);
  useEffect(() => {
    const asking = setInterval(again, askEveryMs);
    return () => clearInterval(asking);
  }, []);
}

function sourceOf({ source, since, fault }: HistoryAnswer, language: 'en' | 'ja'): string {
  if (source === 'archive') return own.fromArchive()[language];
  if (fault !== undefined) return own.archiveAway({ why: fault })[language];
  return own.fromMemory({ time: momentText(since ?? 0, language) })[language];
}

interface RangesOptions {
  readonly chosen: number;
  readonly choose: (ms: number) => void;
  readonly hasArchive: boolean;
}

function Ranges({ chosen, choose, hasArchive }: RangesOptions) {
  const language = useLanguage();
  const offered = RANGES.filter(({ ofArchive, ms }) => ofArchive !== true || hasArchive || ms === chosen);
  return (
    <fieldset class="ranges">
      <legend>{own.range()[language]}</legend>
      {offered.map(({ ms, name }) => (
        <label key={ms} class="check">
          <input type="radio" name="range" checked={ms === chosen} onChange={() => choose(ms)} />
          {name[language]}
        </label>
      ))}
    </fieldset>
  );
}
