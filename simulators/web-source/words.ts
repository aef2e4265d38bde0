/** What the pages of a prefecture say: invented, in the manner of real ones. */
export const PAGE = {
  title: '河川水位情報',
  station: '観測所',
  time: '観測時刻',
  level: '水位',
  renamedLevel: '現在水位',
  levelUnit: '水位(m)',
  rain: '雨量(mm)',
  nothing: '欠測',
  updated: '更新',
  shelter: '避難所',
  state: '開設状況',
  open: '開設',
  closed: '閉鎖',
  now: '現在',
  stations: ['引地橋', '新川', '高浜港'],
  shelters: ['中央小学校', '西公民館'],
} as const;

/** "2026年11月26日 14時10分", of local time as if it were UTC. */
export function japaneseTime(local: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const date = `${local.getUTCFullYear()}年${local.getUTCMonth() + 1}月${local.getUTCDate()}日`;
  return `${date} ${two(local.getUTCHours())}時${two(local.getUTCMinutes())}分`;
}

/** Digits as Japanese keyboards write them. */
export function fullWidth(text: string): string {
  return text.replace(/[!-~]/g, (character) => String.fromCharCode((character.codePointAt(0) ?? 0) + 0xfee0));
}
