import { sentences } from '../../shared/text.ts';

export const say = sentences('watch-over', {
  operatorsNotPersonal: {
    en: "sightings of operators' tags are personal, and this destination does not take what is personal",
    ja: '事業者のタグの検知は個人に関するデータですが、この送信先は個人に関するデータを受け取りません',
  },
  sayPersonal: { en: 'Write personal = true', ja: 'personal = true と書いてください' },
  operatorsWithoutSightings: {
    en: 'with operators nothing but sightings goes here, and kinds leaves those out',
    ja: 'operators を指定すると検知だけが送られますが、kinds に sighting がありません',
  },
  removeKinds: { en: 'Remove kinds, or operators', ja: 'kinds か operators を削除してください' },
  severalListKeys: {
    en: "another hub has an operators' list too, and a gateway believes one hub",
    ja: '別のハブにも事業者一覧がありますが、ゲートウェイが信頼するのは1つだけです',
  },
  listEndsEarly: {
    en: "an operators' list would end before two newer ones have come, and every lost message would stop the edges",
    ja: '新しい一覧が2回届く前に期限が切れるため、通信が1回途切れるだけでエッジの検知が止まります',
  },
  lengthenValidity: {
    en: 'Make list-validity at least twice list-refresh',
    ja: 'list-validity を list-refresh の2倍以上にしてください',
  },
  placeOfNoDetector: {
    en: 'device "{device}" sights no tags, so nothing would get the place',
    ja: '機器 "{device}" はタグを検知しないため、位置を添える対象がありません',
  },
  noPositions: {
    en: 'no device "{placeFrom}" of this gateway gives positions',
    ja: '位置を知らせる機器 "{placeFrom}" がこのゲートウェイにありません',
  },
  addPositions: {
    en: 'Add a device of type nmea, and name it here',
    ja: '種類 nmea の機器を追加し、その名前を指定してください',
  },
  twoPlaces: {
    en: 'device "{device}" has a place that does not move, and one from "{placeFrom}"',
    ja: '機器 "{device}" に、動かない位置と "{placeFrom}" からの位置の両方があります',
  },
  moveOrStand: {
    en: 'Remove lat and lon if it is on a vehicle, place-from if it stands',
    ja: '車両に載せる場合は lat と lon を、固定の場合は place-from を削除してください',
  },
  writeListKey: {
    en: 'The first enrolment counts. To say so, or to choose the other: [watch-over] list-key = "{key}"',
    ja: '最初の登録ファイルが使われます。明示するか、別のものを選ぶには [watch-over] list-key = "{key}" と書いてください',
  },
});
