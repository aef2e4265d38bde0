/** Whether all is well, and if not, what is wrong and what to do. Nothing is called well that is not known to be so now. */
import { LOW_BATTERY, SILENT } from '../../../../shared/reading.ts';
import type { Text } from '../../../../shared/text.ts';
import { clockText } from '../format.ts';
import { byLevel } from '../levels.ts';
import type { Connection } from '../live.ts';
import { AlarmBadge } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage, useLive } from '../surroundings.tsx';
import { say } from '../words.ts';

/** More are counted. */
const maxAlarms = 20;
/** More are behind a touch: the devices below must be in reach when a whole network is down. */
const maxProblems = 5;

const NONE: readonly Text[] = [];
const CONNECTIONS = { opening: say.opening, lost: say.lost, gone: say.gone };

/** On every page, as soon as the live connection is not there. */
export function ConnectionNotice() {
  const language = useLanguage();
  const connection = useLive((live) => live.connection);
  const heardAt = useLive(({ heardAt: at, connection: now }) => (now === 'live' ? 0 : at));
  return (
    <div role="alert">
      {(connection === 'lost' || connection === 'gone') && (
        <p class="connection">
          <span aria-hidden="true">⚡ </span>
          {CONNECTIONS[connection]()[language]}
          {heardAt > 0 && <> {say.asOf({ time: clockText(heardAt) })[language]}</>}
        </p>
      )}
    </div>
  );
}

export function Verdict() {
  const language = useLanguage();
  const connection = useLive((live) => live.connection);
  const problems = useLive(({ status }) => status?.problems) ?? NONE;
  const isHealthy = useLive(({ status }) => status?.healthy === true);
  const standing = useLive(({ status }) =>
    JSON.stringify(
      Object.entries(status?.devices ?? {}).flatMap(([id, { alarms: raised }]) =>
        raised.flatMap((alarm) => (alarm === SILENT || alarm === LOW_BATTERY ? [] : [[id, alarm]])),
      ),
    ),
  );
  const found: (readonly [id: string, alarm: string])[] = JSON.parse(standing);
  const alarms = found.toSorted(([, a], [, b]) => byLevel(a, b));
  const isWell = connection === 'live' && isHealthy && alarms.length === 0;
  return (
    <section class={`verdict ${isWell ? 'well' : connection === 'live' ? 'unwell' : 'unknown'}`}>
      <div role="status">
        <p class="sum">{summary(connection, isHealthy, problems.length, alarms.length)[language]}</p>
      </div>
      <Problems all={problems.slice(0, maxProblems)} />
      {problems.length > maxProblems && (
        <details>
          <summary>{say.moreProblems({ count: problems.length - maxProblems })[language]}</summary>
          <Problems all={problems.slice(maxProblems)} />
        </details>
      )}
      {alarms.length > 0 && (
        <ul class="alarms">
          {alarms.slice(0, maxAlarms).map(([id, alarm]) => (
            <li key={`${id} ${alarm}`}>
              <a href={hrefOf({ page: 'device', about: id })}>
                <AlarmBadge alarm={alarm} /> <span class="id">{id}</span>
              </a>
            </li>
          ))}
          {alarms.length > maxAlarms && <li>{say.moreAlarms({ count: alarms.length - maxAlarms })[language]}</li>}
        </ul>
      )}
    </section>
  );
}

function Problems({ all }: { readonly all: readonly Text[] }) {
  const language = useLanguage();
  if (all.length === 0) return null;
  return (
    <ul class="problems">
      {all.map((problem) => (
        <li key={problem[language]}>{problem[language]}</li>
      ))}
    </ul>
  );
}

function summary(connection: Connection, isHealthy: boolean, problems: number, alarms: number) {
  if (connection === 'opening') return say.opening();
  if (connection !== 'live') return say.notKnown();
  if (problems > 0) return say.problems({ count: problems });
  if (!isHealthy) return say.notKnown(); // it does not say why
  return alarms > 0 ? say.alarmsStand({ count: alarms }) : say.allIsWell();
}
