/**
 * Photos of the site on its sheet. They stay in this page, scaled down to what a print needs, and are gone with it. Bounds: `maxPhotos`, `maxSide`.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import { Trouble } from '../parts.tsx';
import { useLanguage } from '../surroundings.tsx';
import { say } from './sheet-words.ts';

const maxPhotos = 6;
/** Empty frames, where pictures are glued or drawn. */
const frames = 4;
/** Pixels of the longer side: 9 cm at 300 dots an inch are 1,063. */
const maxSide = 1_280;
const quality = 0.85;

export function Photos() {
  const language = useLanguage();
  const [photos, setPhotos] = useState<readonly string[]>([]);
  const [trouble, setTrouble] = useState<Text>();
  const latest = useRef(photos);
  latest.current = photos;
  useEffect(
    () => () => {
      for (const photo of latest.current) URL.revokeObjectURL(photo);
    },
    [],
  );
  const add = async (input: HTMLInputElement) => {
    setTrouble(undefined);
    const files = [...(input.files ?? [])];
    input.value = ''; // so that the same one can be chosen again
    const room = maxPhotos - latest.current.length;
    if (files.length > room) setTrouble(say.tooManyPhotos({ max: maxPhotos }));
    for (const file of files.slice(0, room)) {
      const photo = await scaledDown(file).catch(() => undefined);
      if (photo === undefined) setTrouble(say.badPhoto());
      else setPhotos((before) => [...before, photo]);
    }
  };
  const remove = (photo: string) => {
    URL.revokeObjectURL(photo);
    setPhotos((before) => before.filter((each) => each !== photo));
  };
  return (
    <section>
      <h3>{say.photos()[language]}</h3>
      <div class="not-printed">
        <label class="button">
          {say.addPhotos()[language]}
          <input
            class="unseen"
            type="file"
            accept="image/*"
            capture="environment"
            multiple
            onChange={({ currentTarget }) => void add(currentTarget)}
          />
        </label>
        <p class="small">{say.photosStay()[language]}</p>
        <Trouble text={trouble} />
      </div>
      <ul class="photos">
        {Array.from({ length: Math.max(frames, photos.length) }, (_, i) => {
          const photo = photos[i];
          const number = i + 1;
          return (
            <li key={photo ?? number}>
              {photo === undefined ? (
                <div class="frame" aria-hidden="true" />
              ) : (
                <>
                  <img src={photo} alt={say.photo({ number })[language]} />
                  <button type="button" class="not-printed" onClick={() => remove(photo)}>
                    {say.removePhoto({ number })[language]}
                  </button>
                </>
              )}
              <span class="small">{say.photo({ number })[language]}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The address of a smaller picture. Rejects if the browser cannot read the file as one. */
async function scaledDown(file: File): Promise<string> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
  if (blob === null) throw new Error('The picture cannot be drawn');
  return URL.createObjectURL(blob);
}
