/** What the map shows, in words: to be read, searched, and reached by the keyboard. The most urgent first. */
import { useId } from 'preact/hooks';
import { foreign, type Text } from '../../../../shared/text.ts';
import { numberText } from '../format.ts';
import { Ago } from '../parts.tsx';
import { useLanguage } from '../surroundings.tsx';
import { say as sayPage } from '../words.ts';
import { SpotSign, SpotState } from './spot-card.tsx';
import { mainValue, spotKindName, spotStateName } from './spot-texts.ts';
import { SPOT_KINDS, SPOT_STATES, type Spot, type Wanted } from './spots.ts';
import { say } from './words.ts';

/** More are found by narrowing down. */
const maxShown = 200;

interface SpotListProps {
  readonly spots: readonly Spot[];
  readonly found: readonly Spot[];
  readonly wanted: Wanted;
  readonly setWanted: (wanted: Wanted) => void;
  readonly choose: (spot: Spot) => void;
  readonly chosen: string | undefined;
}

export function SpotList({ spots, found, wanted, setWanted, choose, chosen }: SpotListProps) {
  const language = useLanguage();
  const tenants = [...new Set(spots.map(({ tenant }) => tenant))].toSorted();
  const kinds = SPOT_KINDS.filter((kind) => spots.some((spot) => spot.kind === kind));
  const states = SPOT_STATES.filter((state) => spots.some((spot) => spot.state === state) || wanted.state === state);
  return (
    <section class="spots" aria-labelledby="spots">
      <h2 id="spots">
        {say.list()[language]}{' '}
        <span class="count" role="status">
          {say.found({ count: numberText(found.length), all: numberText(spots.length) })[language]}
        </span>
      </h2>
      <div class="filters">
        <label class="search">
          <span>{say.search()[language]}</span>
          <input
            type="search"
            value={wanted.text}
            onInput={({ currentTarget }) => setWanted({ ...wanted, text: currentTarget.value })}
          />
        </label>
        <Choice name={say.kind()} value={wanted.kind} choose={(kind) => setWanted({ ...wanted, kind })}>
          {kinds.map((kind) => [kind, spotKindName(kind)])}
        </Choice>
        <Choice name={say.state()} value={wanted.state} choose={(state) => setWanted({ ...wanted, state })}>
          {states.map((state) => [state, spotStateName(state)])}
        </Choice>
        {tenants.length > 1 && (
          <Choice name={sayPage.tenant()} value={wanted.tenant} choose={(tenant) => setWanted({ ...wanted, tenant })}>
            {tenants.map((tenant) => [tenant, foreign(tenant)])}
          </Choice>
        )}
      </div>
      {found.length === 0 && <p>{(spots.length === 0 ? say.noDevices : say.none)()[language]}</p>}
      <ul class="spot-list">
        {found.slice(0, maxShown).map((spot) => (
          <Row
            key={spot.id}
            spot={spot}
            choose={choose}
            isChosen={spot.id === chosen}
            hasTenants={tenants.length > 1}
          />
        ))}
      </ul>
      {found.length > maxShown && <p>{say.more({ count: numberText(found.length - maxShown) })[language]}</p>}
    </section>
  );
}

interface RowProps {
  readonly spot: Spot;
  readonly choose: (spot: Spot) => void;
  readonly isChosen: boolean;
  readonly hasTenants: boolean;
}

function Row({ spot, choose, isChosen, hasTenants }: RowProps) {
  const language = useLanguage();
  const { device, tenant, gateway, name, place, isOwn, heardAt, readings } = spot;
  const value = mainValue(spot, language);
  return (
    <li>
      <button type="button" aria-pressed={isChosen} onClick={() => choose(spot)}>
        <SpotSign spot={spot} />
        <span class="about">
          <strong>{device}</strong>
          {name !== undefined && <span class="place"> {foreign(name)[language]}</span>}
          {(!isOwn || hasTenants) && (
            <span class="small">
              {tenant} / {gateway}
            </span>
          )}
          <span class="small">
            <SpotState spot={spot} />
            {place === undefined && <> · {say.noPlace()[language]}</>}
          </span>
          <span>
            {value !== undefined && `${value[0][language]} ${value[1]} `}
            <span class="small">
              <Ago at={readings[0]?.observedAt ?? heardAt} />
            </span>
          </span>
        </span>
      </button>
    </li>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: Text;
  readonly value: T | '';
  readonly choose: (value: T | '') => void;
  readonly children: readonly (readonly [value: T, name: Text])[];
}

function Choice<T extends string>({ name, value, choose, children }: ChoiceProps<T>) {
  const language = useLanguage();
  const id = useId();
  const chosen = (written: string) => children.find(([each]) => each === written)?.[0] ?? '';
  return (
    <div class="field">
      <label for={id}>{name[language]}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => choose(chosen(currentTarget.value))}>
        <option value="">{say.any()[language]}</option>
        {children.map(([each, text]) => (
          <option key={each} value={each}>
            {text[language]}
          </option>
        ))}
      </select>
    </div>
  );
}
