/** The language of a page: the one chosen in this browser, or else the browser's own. */
import { LANGUAGES, type Language } from '../text.ts';

const KEY = 'language';

/** `localStorage`, as far as it is needed. */
export interface Kept {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** `ofBrowser`: its language tag, such as "ja-JP". */
export function chosenLanguage(kept: Kept, ofBrowser: string): Language {
  const wanted = kept.getItem(KEY) ?? ofBrowser.slice(0, 2);
  return LANGUAGES.find((language) => language === wanted) ?? 'en';
}

export function chooseLanguage(kept: Kept, language: Language): void {
  kept.setItem(KEY, language);
}

export function forgetLanguage(kept: Kept): void {
  kept.removeItem(KEY);
}
