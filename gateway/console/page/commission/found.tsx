/** What a hunt has found: each candidate with how sure it is, the units of a bus, and the bytes that came; a choice among them. */
import type { Text } from '../../../../shared/text.ts';
import type { CandidateFound, ProbeFound } from '../../../commission/answers.ts';
import { valueText } from '../format.ts';
import { quantityName } from '../names.ts';
import { useLanguage } from '../surroundings.tsx';
import { type Chosen, chosenOf } from './draft.ts';
import { say } from './words.ts';

const CONFIDENCE: Readonly<Record<CandidateFound['confidence'], () => Text>> = {
  certain: say.certain,
  likely: say.likely,
  generic: say.generic,
};
const maxValues = 4;

interface FoundOptions {
  readonly found: ProbeFound;
  readonly choose: (chosen: Chosen) => void;
}

export function Found({ found, choose }: FoundOptions) {
  const language = useLanguage();
  if (!found.isRecognised) return <Unknown found={found} />;
  return (
    <>
      <p class="done" role="status">
        ✓ {say.found()[language]} {found.setting}
      </p>
      <h3>{say.whatIsIt()[language]}</h3>
      <ul class="choices">
        {found.candidates.map((candidate, i) =>
          i === 0 && found.bus !== undefined ? (
            found.bus.map((unit) => (
              <li key={unit.unit}>
                <Choice found={found} candidate={candidate} unit={unit} choose={choose} />
              </li>
            ))
          ) : (
            <li key={candidate.type}>
              <Choice found={found} candidate={candidate} choose={choose} />
            </li>
          ),
        )}
      </ul>
      {found.lastUnit !== undefined && <p class="small">{say.unitsAsked({ unit: found.lastUnit })[language]}</p>}
      <RawBytes found={found} />
    </>
  );
}

function Unknown({ found }: { readonly found: ProbeFound }) {
  const language = useLanguage();
  const isSilent = found.heard.length === 0 && !found.isWithheld;
  return (
    <section class="card trouble" role="status">
      <p class="sum">{say.unknown()[language]}</p>
      <p>{(isSilent ? say.nothingCame : say.notKnown)()[language]}</p>
      <RawBytes found={found} isOpen />
    </section>
  );
}

interface ChoiceOptions extends FoundOptions {
  readonly candidate: CandidateFound;
  readonly unit?: NonNullable<ProbeFound['bus']>[number];
}

function Choice({ found, candidate, unit, choose }: ChoiceOptions) {
  const language = useLanguage();
  const { type, summary, confidence, isAnswer, telling, frames, remark, readings, units } = candidate;
  const [newest] = readings.slice(-1);
  // Without its height above the gauge's zero a sensor tells distances, not levels.
  const isLow = found.tables.some(({ settings }) => 'mounting-height-m' in settings);
  const shown = Object.entries(newest?.values ?? {}).filter(([name]) => !(isLow && name === 'level'));
  return (
    <button type="button" class="choice" onClick={() => choose(chosenOf(found, candidate, unit?.unit))}>
      <strong>
        {type}
        {unit !== undefined && (
          <>
            {' · '}
            {
              (unit.identity === undefined
                ? say.unit({ unit: unit.unit })
                : say.unitSays({ unit: unit.unit, identity: unit.identity }))[language]
            }
          </>
        )}
      </strong>
      <span>{summary[language]}</span>
      <span class="confidence">{CONFIDENCE[confidence]()[language]}</span>
      {unit === undefined ? (
        <span class="small">
          {(isAnswer ? say.byAnswers({ telling }) : say.byFrames({ telling, frames }))[language]}
        </span>
      ) : (
        <span class="small">
          {(unit.profiles[0] === undefined ? say.unitUnknown() : say.unitFits({ profile: unit.profiles[0] }))[language]}
        </span>
      )}
      {unit === undefined && shown.length > 0 && (
        <span>
          {shown.slice(0, maxValues).map(([name, value]) => (
            <span key={name} class="value">
              {quantityName(name)[language]}{' '}
              {typeof value === 'number' ? valueText(value, units[name] ?? '', language) : String(value)}
            </span>
          ))}
        </span>
      )}
      {remark !== undefined && <span class="small">{remark[language]}</span>}
    </button>
  );
}

function RawBytes({
  found: { heard, isWithheld },
  isOpen = false,
}: {
  readonly found: ProbeFound;
  readonly isOpen?: boolean;
}) {
  const language = useLanguage();
  if (isWithheld) return <p>{say.withheld()[language]}</p>;
  if (heard.length === 0) return null;
  return (
    <details open={isOpen}>
      <summary>{say.rawBytes()[language]}</summary>
      {heard.map(({ setting, bytes, rows }) => (
        <div key={setting}>
          <p class="small">
            {(setting === undefined ? say.rawCount({ bytes }) : say.rawAt({ setting, bytes }))[language]}
          </p>
          <pre class="raw boxed">{narrow(rows)}</pre>
        </div>
      ))}
    </details>
  );
}

/** Rows of sixteen bytes as rows of eight, which fit a phone. */
function narrow(rows: readonly string[]): string {
  const halves = rows.flatMap((row) => [
    [row.slice(0, 23), row.slice(49, 57)],
    [row.slice(24, 47), row.slice(57)],
  ]);
  return halves
    .filter(([hex = '']) => hex.trim() !== '')
    .map(([hex = '', text = '']) => `${hex.padEnd(23)}  ${text}`)
    .join('\n');
}
