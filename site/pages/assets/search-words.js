/** Words as the search sees them: parts of identifiers, words that mean little, slips of the pen. */
(() => {
  "use strict";

  const STOP = new Set(
    ("a about all an and any are as at be between by can could difference do does explain find for from get give has have how i in is it its " +
      "left made me my of on or out set show some that the their there this to turn use used uses using want what " +
      "when where which who why will with work without would you your means mean meaning versus vs").split(" "),
  );
  const WEAK = new Set(
    ("allowed architecture architectures change changed changes class config configs configuration configurations default defaults docs documentation field fields guide guides " +
      "hf huggingface model models number option options parameter parameters param params possible release releases rule rules setting settings since size supported supports " +
      "transformers type types value values").split(" "),
  );
  /** Sizes of checkpoints, which one configuration class stands for: "bert base", "llama 3 8b". */
  const SIZES = new Set("base cased huge instruct large medium mini small tiny uncased xl xxl".split(" "));
  const ALIASES = new Map(
    Object.entries({
      activations: ["act"], activation: ["act"], attn: ["attention"], dimension: ["dim"], dimensions: ["dim"],
      emb: ["embedding"], epsilon: ["eps"], experts: ["expert"], expert: ["experts"], initialisation: ["initializer"],
      initialization: ["initializer"], init: ["initializer"], layernorm: ["norm"], maximum: ["max"], minimum: ["min"],
      normalisation: ["norm"], normalization: ["norm"], number: ["num"], positional: ["position"], pos: ["position"], rotary: ["rope"],
      std: ["initializer"], tok: ["token"], vocabulary: ["vocab"], window: ["win"],
    }),
  );


  /** The words of an identifier or text: runs of letters and digits, split again where CamelCase starts a word. */
  const wordsOf = (text) => {
    if (/^[a-z_]+$/.test(text)) return text.split("_").filter(Boolean); // most parameters
    const words = [];
    for (const run of text.match(/[A-Za-z0-9]+/g) ?? []) {
      const first = words.length;
      for (const part of run.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+/g)) {
        if (/^[0-9]/.test(part) && words.length > first) words[words.length - 1] += part;
        else words.push(part.toLowerCase());
      }
    }
    return words;
  };

  /** A name without separators, as one word. */
  const joined = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "");

  const singular = (word) => (word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word);

  /** Slips of the pen between two words (a swap of neighbours is one), or `limit + 1` where there are more. */
  const slips = (left, right, limit) => {
    if (Math.abs(left.length - right.length) > limit) return limit + 1;
    let before = [];
    let previous = Array.from({ length: right.length + 1 }, (_, place) => place);
    for (let i = 1; i <= left.length; i += 1) {
      const current = [i];
      let best = i;
      for (let j = 1; j <= right.length; j += 1) {
        const same = left[i - 1] === right[j - 1];
        let cost = Math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) {
          cost = Math.min(cost, before[j - 2] + 1);
        }
        current[j] = cost;
        if (cost < best) best = cost;
      }
      if (best > limit) return limit + 1;
      before = previous;
      previous = current;
    }
    return previous[right.length];
  };

  globalThis.CatalogWords = Object.freeze({ ALIASES, SIZES, STOP, WEAK, joined, singular, slips, wordsOf });
})();
