// Fetches the files of the page, telling how far it is.

/**
 * @param {string} url
 * @param {(bytes: number, total: number) => void} progress total is 0 when unknown
 * @returns {Promise<ArrayBuffer>}
 */
export async function load(url, progress) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  const total = answer.headers.get('content-encoding') ? 0 : Number(answer.headers.get('content-length') ?? 0);
  if (!answer.body) return answer.arrayBuffer();
  const parts = [];
  let bytes = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    progress((bytes += value.length), total);
  }
  return new Blob(parts).arrayBuffer();
}

/** Fetches the scene: packed where the browser unpacks it, for a plain server
 * does not pack what it sends. */
export async function loadScene(progress) {
  if (typeof DecompressionStream !== 'undefined') {
    try {
      const data = await load('./twin.glb.gz', progress);
      const head = new Uint8Array(data, 0, 2);
      if (head[0] !== 0x1f || head[1] !== 0x8b) return data; // a server that told the browser to unpack it
      return await new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
    } catch (e) {
      console.info(`${e.message}; the plain file is taken instead`);
    }
  }
  return load('./twin.glb', progress);
}
