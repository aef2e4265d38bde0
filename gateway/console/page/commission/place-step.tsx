/** What the device is called, where it is, and what only somebody on site can measure. */
import { useEffect, useState } from 'preact/hooks';
import { foreign, type Text } from '../../../../shared/text.ts';
import { PlacePicker } from '../map/place-picker.tsx';
import { useLanguage, useNames } from '../surroundings.tsx';
import { useTypes } from './by-hand.tsx';
import { freeName, type StepOptions } from './draft.ts';
import { Mistakes, TextField } from './fields.tsx';
import { mistakesOfPlace, needsHeight } from './mistakes.ts';
import { say } from './words.ts';

const HEIGHT = 'mounting-height-m';

export function PlaceStep({ draft, change, next }: StepOptions) {
  const language = useLanguage();
  const names = useNames(({ devices }) => devices);
  const taken = names ?? [];
  const { answer: types } = useTypes();
  const [isAsked, setIsAsked] = useState(false);
  const { chosen } = draft;
  const type = types?.find(({ name }) => name === chosen?.type);
  const required = new Map(
    (type?.settings ?? []).flatMap(({ name, meaning, isRequired }) =>
      isRequired && !(name in (chosen?.device ?? {}) && name !== HEIGHT)
        ? [[name, meaning ?? foreign(name)] as const]
        : [],
    ),
  );
  useEffect(() => {
    if (chosen !== undefined && draft.id === '' && names !== undefined) change({ id: freeName(chosen, taken) });
  }, [names]);
  const mistakes = mistakesOfPlace(draft, taken, required);
  const go = (event: Event) => {
    event.preventDefault();
    setIsAsked(true);
    if (mistakes.length > 0) return;
    // So that it is written: `changes.ts` takes the height of a type that has one.
    const device = needsHeight(draft, required)
      ? { ...chosen?.device, [HEIGHT]: Number(draft.mountingHeight) }
      : undefined;
    next(device === undefined || chosen === undefined ? {} : { chosen: { ...chosen, device } });
  };
  return (
    <form onSubmit={go} autocomplete="off" noValidate>
      {chosen !== undefined && (
        <p class="small">
          {chosen.type} {chosen.setting}
        </p>
      )}
      <TextField
        label={say.deviceName()}
        hint={say.deviceNameHint()}
        value={draft.id}
        change={(id) => change({ id, isBegun: false })}
        maxLength={64}
      />
      {needsHeight(draft, required) && (
        <TextField
          label={say.mountingHeight()}
          hint={say.mountingHeightHint()}
          value={draft.mountingHeight}
          change={(mountingHeight) => change({ mountingHeight })}
          mode="decimal"
        />
      )}
      {[...required]
        .filter(([name]) => name !== HEIGHT)
        .map(([name, meaning]) => (
          <SettingField
            key={name}
            name={name}
            meaning={meaning}
            profiles={name === 'profile' ? (type?.profiles ?? []) : []}
            value={draft.settings[name] ?? ''}
            change={(value) => change({ settings: { ...draft.settings, [name]: value } })}
          />
        ))}
      <TextField
        label={say.placeName()}
        hint={say.placeNameHint()}
        value={draft.placeName}
        change={(placeName) => change({ placeName })}
        isOptional
      />
      <PlacePicker
        lat={degreesOf(draft.lat)}
        lon={degreesOf(draft.lon)}
        change={(lat, lon) => change({ lat: String(lat), lon: String(lon) })}
      />
      <TextField
        label={say.deviceSerial()}
        value={draft.deviceSerial}
        change={(deviceSerial) => change({ deviceSerial })}
        maxLength={200}
        isOptional
      />
      <TextField
        label={say.wiring()}
        hint={say.wiringHint()}
        value={draft.wiring}
        change={(wiring) => change({ wiring })}
        maxLength={500}
        isLong
        isOptional
      />
      <TextField
        label={say.notes()}
        value={draft.notes}
        change={(notes) => change({ notes })}
        maxLength={1_000}
        isLong
        isOptional
      />
      <Mistakes found={isAsked ? mistakes : []} />
      <button type="submit" class="main" disabled={types === undefined}>
        {say.next()[language]}
      </button>
    </form>
  );
}

interface SettingFieldOptions {
  readonly name: string;
  readonly meaning: Text;
  readonly profiles: readonly string[];
  readonly value: string;
  readonly change: (value: string) => void;
}

/** A setting without a default. Profiles that ship are chosen; others are written in the configuration file. */
function SettingField({ name, meaning, profiles, value, change }: SettingFieldOptions) {
  const language = useLanguage();
  if (profiles.length === 0) return <TextField label={foreign(name)} hint={meaning} value={value} change={change} />;
  return (
    <label class="field">
      <span>{name}</span>
      <select value={value} onChange={({ currentTarget }) => change(currentTarget.value)}>
        <option value="" />
        {profiles.map((profile) => (
          <option key={profile} value={profile}>
            {profile}
          </option>
        ))}
      </select>
      <small>{meaning[language]}</small>
    </label>
  );
}

/** As the draft keeps them; undefined if there are none yet. */
function degreesOf(text: string): number | undefined {
  return text === '' ? undefined : Number(text);
}
