// The page's own words, in the language of the browser, and how numbers and
// units are written in it.
const texts = {
  en: {
    loading: 'Loading the twin', failed: 'The twin could not be loaded', nowebgl: 'This browser shows no 3D (WebGL 2 is missing or switched off).',
    retry: 'Try again', search: 'Search', searchFor: 'Search things and rooms', things: 'Things', nothing: 'Nothing of that name',
    elsewhere: 'Elsewhere', close: 'Close', fit: 'Whole view', top: 'From above', heat: 'Heat map', zoomIn: 'Closer', zoomOut: 'Farther',
    list: 'List of things', size: 'Size', zone: 'Where', products: 'Products', signals: 'Signals', moves: 'Moves', play: 'Play', stop: 'Stop',
    inferred: 'guessed, not told by a source', range: 'range', on: 'on', off: 'off', show: 'Show', scene: 'The twin in three dimensions: arrow keys turn, plus and minus zoom, F fits, T looks from above, H is the heat map',
    power: 'Rated power by floor area', powerHow: 'Name plate power of each thing, spread over its footprint and 0.6 m around',
    productsHeat: 'Products by floor area', productsHow: 'Products that the plan lists for each thing, spread over its footprint and 0.6 m around',
    temperature: 'Last known temperature', temperatureHow: 'Newest value in the history of the site; grey: none is measured there',
    deviation: 'Scan against twin, mm', deviationHow: (median, within) => `Distance of each scanned point to the twin: red in front of its surface, blue behind. Median ${median} mm, ${within} % within 50 mm`,
    scan: 'Scan', scanHow: 'The points of the scan that the twin was made of', scanFailed: 'The scan could not be loaded',
    quantity: 'Quantity', things_n: (n) => (n === 1 ? '1 thing' : `${n} things`), shown: (n) => `${n} found`, angle: 'Angle', travel: 'Travel', dims: 'width × height × depth', above: (v) => `The last colour stands for ${v} and more`, part_door: 'Door', part_drawer: 'Drawer', part_lid: 'Lid',
    cases: 'Open cases', noCases: 'No open cases', moreCases: (n) => (n === 1 ? '1 more is not shown' : `${n} more are not shown`), casesLive: 'Live', casesAsOf: (at) => `As of ${at}, not live`,
    decideElsewhere: 'This page only shows: it cannot know who you are. Decide in the program.',
  },
  ko: {
    loading: '트윈을 불러오는 중', failed: '트윈을 불러오지 못했습니다', nowebgl: '이 브라우저는 3D를 표시할 수 없습니다 (WebGL 2가 없거나 꺼져 있음).',
    retry: '다시 시도', search: '검색', searchFor: '사물과 방 검색', things: '사물', nothing: '그런 이름이 없습니다',
    elsewhere: '기타', close: '닫기', fit: '전체 보기', top: '위에서 보기', heat: '히트맵', zoomIn: '확대', zoomOut: '축소',
    list: '사물 목록', size: '크기', zone: '위치', products: '상품', signals: '신호', moves: '움직임', play: '재생', stop: '정지',
    inferred: '자료에 없어 추정함', range: '범위', on: '켜짐', off: '꺼짐', show: '보기', scene: '3차원 트윈: 화살표 키로 회전, + − 로 확대와 축소, F 전체 보기, T 위에서 보기, H 히트맵',
    power: '바닥 면적당 정격 전력', powerHow: '각 사물의 명판 전력을 차지하는 바닥과 주변 0.6 m에 나눈 값',
    productsHeat: '바닥 면적당 상품 수', productsHow: '진열 계획의 상품 수를 차지하는 바닥과 주변 0.6 m에 나눈 값',
    temperature: '마지막으로 알려진 온도', temperatureHow: '현장 기록의 가장 최근 값; 회색: 측정 없음',
    deviation: '스캔과 트윈의 차이, mm', deviationHow: (median, within) => `각 스캔 점에서 트윈까지의 거리: 빨강은 표면 앞, 파랑은 표면 뒤. 중앙값 ${median} mm, 50 mm 이내 ${within} %`,
    scan: '스캔', scanHow: '트윈을 만든 스캔의 점', scanFailed: '스캔을 불러오지 못했습니다',
    quantity: '항목', things_n: (n) => `사물 ${n}개`, shown: (n) => `${n}개 찾음`, angle: '각도', travel: '이동', dims: '너비 × 높이 × 깊이', above: (v) => `마지막 색은 ${v} 이상`, part_door: '문', part_drawer: '서랍', part_lid: '뚜껑',
    cases: '열린 사례', noCases: '열린 사례가 없습니다', moreCases: (n) => `${n}건은 표시하지 않음`, casesLive: '실시간', casesAsOf: (at) => `${at} 기준, 실시간 아님`,
    decideElsewhere: '이 페이지는 보여 주기만 합니다. 보는 사람이 누구인지 알 수 없으므로 결정은 프로그램에서 하십시오.',
  },
};

const asked = new URLSearchParams(location.search).get('lang');
const wanted = asked ? [asked] : navigator.languages?.length ? navigator.languages : [navigator.language || 'en'];
export const language = wanted.map((l) => l.slice(0, 2).toLowerCase()).find((l) => l in texts) ?? 'en';

/** The text of that name. */
export const say = (name, ...args) => {
  const t = texts[language][name] ?? name;
  return typeof t === 'function' ? t(...args) : t;
};

/** A text of the twin, which has one for each language. */
export const inLanguage = (text) => text?.[language] || text?.en || '';

/** A number with as many decimals as its size asks for. */
export function number(v, digits) {
  const d = digits ?? (Math.abs(v) >= 100 ? 0 : Math.abs(v) >= 10 ? 1 : 2);
  return new Intl.NumberFormat(language, { maximumFractionDigits: d }).format(v).replace('-', '−');
}

/** A number with its unit, as people write it. */
export function quantity(v, unit, digits) {
  if (!unit) return number(v, digits);
  return number(v, digits) + (unit === '°' ? '°' : '\u202f' + unit);
}

/** Orders names as people do: Light 2 before Light 10. */
export const byName = new Intl.Collator(language, { numeric: true, sensitivity: 'base' }).compare;
