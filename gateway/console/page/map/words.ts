import { sentences } from '../../../../shared/text.ts';

export const say = sentences('console-map', {
  gsiTiles: { en: 'GSI Tiles (Geospatial Information Authority of Japan)', ja: '地理院タイル' },
  tilesOf: { en: 'Map tiles: {host}', ja: '地図タイル: {host}' },
  noTiles: {
    en: 'No tiles are configured: places are shown on a plain ground.',
    ja: '地図タイルは設定されていません。位置を無地の上に表示します。',
  },
  tilesFailed: {
    en: 'The tiles cannot be loaded now. Places and distances are right all the same.',
    ja: '地図タイルを読み込めません。位置と距離はそのまま正しく表示されます。',
  },
  noDrawing: {
    en: 'This browser cannot draw the map (WebGL is missing or switched off). The list below shows the same.',
    ja: 'このブラウザーでは地図を描画できません（WebGLがないか、無効です）。下の一覧で同じ内容を確認できます。',
  },
  mapOf: {
    en: 'Map of the devices. The list beside it says the same in words.',
    ja: '機器の地図。同じ内容を一覧でも確認できます。',
  },
  drawing: { en: 'Drawing the map…', ja: '地図を描画しています…' },
  zoomIn: { en: 'Zoom in', ja: '拡大' },
  zoomOut: { en: 'Zoom out', ja: '縮小' },
  showAll: { en: 'Show all', ja: '全体を表示' },

  legend: { en: 'What the marks mean', ja: '記号の見方' },
  alarmLevel: { en: 'Alarm of level {level}', ja: '警報（レベル{level}）' },
  alarmWithout: { en: 'Alarm without a level', ja: '警報（レベルなし）' },
  cluster: {
    en: 'Several devices, with their number and the sign of the worst',
    ja: '複数の機器。台数と、最も重い状態の記号',
  },
  track: { en: 'Where it was within the last hour', ja: '過去1時間の軌跡' },

  alarm: { en: 'alarm', ja: '警報' },
  doubtful: { en: 'in doubt', ja: '要確認' },
  waiting: { en: 'not heard yet', ja: '受信待ち' },

  water: { en: 'Water', ja: '水位' },
  moving: { en: 'Moving', ja: '移動体' },
  people: { en: 'People', ja: '人流' },
  shelter: { en: 'Shelter', ja: '避難所' },
  detector: { en: 'Detector', ja: '検知器' },
  station: { en: 'LoRa station', ja: '基地局' },
  other: { en: 'Other', ja: 'その他' },
  waterSign: { en: 'W', ja: '水' },
  movingSign: { en: 'M', ja: '車' },
  peopleSign: { en: 'P', ja: '人' },
  shelterSign: { en: 'S', ja: '避' },
  detectorSign: { en: 'D', ja: '検' },
  stationSign: { en: 'L', ja: '局' },
  otherSign: { en: '·', ja: '・' },

  shelterState: { en: 'Shelter', ja: '避難所' },
  shelterOpen: { en: 'open', ja: '開設' },
  shelterFull: { en: 'full', ja: '満員' },
  shelterClosed: { en: 'closed', ja: '閉鎖' },

  list: { en: 'Devices on the map', ja: '地図の機器' },
  found: { en: '{count} of {all}', ja: '{all}台中{count}台' },
  search: { en: 'Find by name or place', ja: '名前・場所で検索' },
  kind: { en: 'Kind', ja: '種類' },
  state: { en: 'State', ja: '状態' },
  any: { en: 'all', ja: 'すべて' },
  none: { en: 'No device fits.', ja: '該当する機器はありません。' },
  noDevices: { en: 'There are no devices yet.', ja: '機器はまだありません。' },
  more: {
    en: '…and {count} more: narrow it down above',
    ja: '…ほか{count}台。上の条件で絞り込めます',
  },
  noPlace: { en: 'place not known', ja: '位置は不明' },
  show: { en: 'Show {device}', ja: '{device} を表示' },
  chosen: { en: 'Chosen device', ja: '選択中の機器' },
  openDevice: { en: 'Open the device’s page', ja: '機器のページを開く' },
  atGateway: { en: 'Gateway {gateway} of {tenant}', ja: '{tenant} のゲートウェイ {gateway}' },
  gatewaySilent: {
    en: 'Its gateway is silent: this may no longer be so.',
    ja: 'ゲートウェイが無応答のため、最新の状態ではない可能性があります。',
  },

  citySince: {
    en: 'Other gateways’ readings are shown as they pass this hub, since {time}.',
    ja: 'ほかのゲートウェイの値は、{time}以降にこのハブを通過したものを表示しています。',
  },
  renewed: { en: 'City renewed at {time}.', ja: '市域の更新: {time}' },
  cityFull: {
    en: 'There are more devices or tracks than this hub keeps for the map; some are missing.',
    ja: '地図用に保持できる数を超えています。表示されていない機器または軌跡があります。',
  },

  lat: { en: 'Latitude (degrees north)', ja: '緯度（北緯・度）' },
  lon: { en: 'Longitude (degrees east)', ja: '経度（東経・度）' },
  pickHint: {
    en: 'Touch the map where the device is, or type the degrees; the arrow keys move it by about a metre.',
    ja: '機器の位置を地図上でタップするか、度で入力してください。上下の矢印キーで約1 mずつ動きます。',
  },
  pickMap: { en: 'Map to choose the place on', ja: '位置を選ぶ地図' },
  usePhone: { en: 'Use this device’s position (GPS)', ja: 'この端末の現在地を使う（GPS）' },
  locating: { en: 'Finding the position…', ja: '現在地を測位しています…' },
  located: { en: 'Position taken, within about {metres} m.', ja: '現在地を設定しました（誤差約{metres} m）。' },
  locationDenied: {
    en: 'The browser may not tell its position. Allow it in the browser’s settings for this page.',
    ja: '位置情報の利用が許可されていません。ブラウザーの設定で、このページに許可してください。',
  },
  locationNone: {
    en: 'The position could not be found. Go outdoors, or touch the map instead.',
    ja: '測位できませんでした。屋外で試すか、地図上でタップしてください。',
  },

  walkOf: { en: 'Walking test of {device}', ja: '{device} の歩行受信テスト' },
  walkLead: {
    en: 'Carry the device along and let it send. Each uplink that is heard appears here with the stations that heard it. Keep this page open: what it shows is kept in the page only.',
    ja: '機器を持ち歩いて送信させてください。受信したアップリンクと、受信した基地局がここに表示されます。記録はこのページの中だけに残るため、開いたままにしてください。',
  },
  walkChoose: { en: 'Choose a registered device', ja: '登録済みの機器を選んでください' },
  walkNone: { en: 'No LoRaWAN device is registered.', ja: '登録済みのLoRaWAN機器はありません。' },
  walkSince: { en: 'Listening since {time}.', ja: '{time}から受信を記録しています。' },
  walkWaits: { en: 'Nothing was heard yet.', ja: 'まだ受信がありません。' },
  follow: { en: 'Note where this phone is', ja: 'この端末の位置を記録する' },
  following: {
    en: 'Noting this phone’s position (within about {metres} m).',
    ja: 'この端末の位置を記録しています（誤差約{metres} m）。',
  },
  stopFollowing: { en: 'Stop noting the position', ja: '位置の記録をやめる' },
  uplinks: { en: 'Uplinks heard', ja: '受信したアップリンク' },
  counter: { en: 'Counter', ja: 'カウンター' },
  dataRate: { en: 'Data rate', ja: 'データレート' },
  stations: { en: 'Stations that heard it', ja: '受信した基地局の数' },
  fromDevice: { en: 'by the device', ja: '機器の測位' },
  fromPhone: { en: 'by this phone', ja: 'この端末の測位' },
  missed: {
    en: '{count} {count:uplink was|uplinks were} not heard in between.',
    ja: '途中で{count}件のアップリンクを受信できませんでした。',
  },
  saveGeoJson: { en: 'Save as GeoJSON', ja: 'GeoJSONで保存' },
  startOver: { en: 'Forget these and start over', ja: '記録を消して最初から' },
  walkMap: {
    en: 'Map of where uplinks were sent; the number is how many stations heard each',
    ja: '送信した地点の地図。数字は受信した基地局の数',
  },
});
