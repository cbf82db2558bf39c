// 试算: while figures are typed, ask the server how the last quarter would have come out, and show its answer.
const WAIT_MS = 600
const form = document.querySelector("form[data-trial]")
let timer, asked

async function tryIt() {
  asked?.abort()
  asked = new AbortController()
  const body = new FormData(form)
  body.delete("file")
  try {
    const answer = await fetch(location.href, { method: "POST", body, signal: asked.signal })
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const trial = page.querySelector("#trial")
    if (trial) document.querySelector("#trial").replaceWith(trial)
  } catch (error) {
    if (error.name !== "AbortError") document.querySelector("#trial").textContent = "现在连不上服务器，稍后按“试算”再试。"
  }
}

form?.addEventListener("input", (event) => {
  if (!event.target.name?.startsWith("figure:")) return
  clearTimeout(timer)
  timer = setTimeout(tryIt, WAIT_MS)
})
