import { sentences } from '../../shared/text.ts';

export const say = sentences('destinations', {
  name: { en: 'Name of the destination.', ja: '送信先の名前。' },
  tenant: {
    en: "Tenant under which it publishes, if not the gateway's.",
    ja: '送信に使うテナント（ゲートウェイのテナントと異なる場合）。',
  },
  tenants: {
    en: 'Only devices of these tenants, "*" for all; empty: its own.',
    ja: '対象とするテナント（"*" ですべて）。空の場合は自身のテナントだけ。',
  },
  kinds: { en: 'Only these kinds of reading; empty: all.', ja: '対象とする測定値の種別。空の場合はすべて。' },
  groups: { en: 'Only devices of these groups; empty: all.', ja: '対象とするグループ。空の場合はすべて。' },
  operators: {
    en: 'Only sightings sealed to these operators; empty: all readings but sealed sightings, which only a city-os carries unnamed.',
    ja: 'これらの事業者あてに暗号化された検知だけを対象とします。空の場合は、暗号化された検知を除くすべて（city-os は暗号化された検知も運びます）。',
  },
  areaFile: {
    en: 'Only what was taken in this area: a GeoJSON file with a Polygon or MultiPolygon.',
    ja: 'この区域内の測定値だけを対象とします。PolygonまたはMultiPolygonのGeoJSONファイル。',
  },
  areaUnreadable: {
    en: 'the area in {file} cannot be read ({why})',
    ja: '{file} の区域を読めません（{why}）',
  },
  writeArea: {
    en: 'Write a GeoJSON Polygon, MultiPolygon, Feature or FeatureCollection of them; longitude comes first',
    ja: 'GeoJSONのPolygon、MultiPolygon、またはそのFeature、FeatureCollectionにしてください（経度が先）',
  },
  devices: { en: 'Only these devices; empty: all.', ja: '対象とする機器。空の場合はすべて。' },
  encoding: {
    en: 'Body of a batch: "columns" (small) or "senml" (RFC 8428).',
    ja: 'バッチの形式。"columns"（小さい）または "senml"（RFC 8428）。',
  },
  compression: { en: 'Compression of the body.', ja: 'バッチの圧縮方式。' },
  window: { en: 'Batches in flight at once.', ja: '同時に送信するバッチの数。' },
  windowSize: {
    en: 'Bytes in flight at once; a single batch may be larger.',
    ja: '同時に送信するバッチの合計サイズ。1件だけなら超えてもかまいません。',
  },
  freshEvery: {
    en: 'After an outage, one in this many routine batches is the newest instead of the oldest, so that the map is current while history fills in.',
    ja: '障害からの復旧後、通常バッチをこの数だけ送るごとに1回、最も古いものの代わりに最新のものを送ります。過去分を埋めながら地図を最新に保ちます。',
  },
  reconnectWithin: {
    en: "A connection that the other side closed or refused is retried after a random part of this time, so that a city's gateways do not return in the same second.",
    ja: '相手が接続を切断または拒否したあと、この時間内のランダムな時点で再接続します。市内のゲートウェイが一斉に戻るのを防ぎます。',
  },
  numberTaken: {
    en: 'it has another batch under the same number',
    ja: '同じ番号で別のバッチがすでに保存されています',
  },
  notConnectedYet: { en: 'not connected yet', ja: 'まだ接続していません' },
  noAnswer: {
    en: 'the connection was open but no receipt came by it',
    ja: '接続は開いていましたが、受領確認が届きませんでした',
  },
});
