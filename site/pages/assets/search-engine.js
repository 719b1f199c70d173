/**
 * The site's own search: finds parameters, models, architectures and pages for what somebody types.
 *
 * It knows no DOM. `new CatalogSearch(index)` reads the object that catalog/site/search_index.py writes (its layout
 * is described there); `search(text)` answers with results, best first.
 *
 * A name is compared word by word. "rope_theta" has the words rope and theta, "LlamaForCausalLM" has llama, for,
 * causal and lm, and both are also one word each when they are written without separators. A word of the query matches
 * a word of a name exactly, as its beginning, with a slip of the pen, or within it; several words of the query in a
 * row may match one ("hidden size" is hiddensize). What counts is how much of the query is explained, then how much
 * of the name was asked for, then how many models it concerns.
 */
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
  const KIND_PRIOR = { parameter: 0.06, model: 0.06, entry: 0.03, architecture: -0.02, release: -0.05, task: 0.02 };
  const NONE = new Uint8Array(0);

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

  class Query {
    constructor(text) {
      this.text = text;
      this.words = wordsOf(text).slice(0, 16);
      this.runs = [];
      for (let first = 0; first < this.words.length; first += 1) {
        let run = "";
        let mask = 0;
        for (let last = first; last < Math.min(this.words.length, first + 8); last += 1) {
          run += this.words[last];
          mask |= 1 << last;
          // "5.20" is not 5.2.0: figures are not run together.
          if (last > first && !/^[0-9]+$/.test(run)) this.runs.push({ run, mask, length: last - first + 1 });
        }
      }
    }
  }

  class CatalogSearch {
    constructor(index) {
      this.words = [];
      this.numbers = new Map();
      this.links = []; // word, item, word, item, …
      this.texts = null;
      this.items = [];
      this.classes = [];
      this.parameters = [];
      this.values = index.values.split("\n");
      this.readParameters(index);
      this.readClasses(index);
      this.readTasks();
      for (const [kind, url, title, names, text] of index.pages) {
        this.add({ kind, url, title, text, weight: 1 }, [title, ...names]);
      }
      this.readConcepts(index.concepts, index.phrases);
      this.sorted = [...this.words].sort();
      this.gather();
    }

    readParameters(index) {
      const texts = index.parameterTexts.split("\n");
      index.parameters.split("\n").forEach((title, place) => {
        const item = { kind: "parameter", title, text: texts[place], weight: index.parameterWeights[place], owners: 0, owner: null };
        item.url = index.parameterPages[place] ? `parameters/${title}/` : null;
        this.parameters.push(item);
        this.add(item, [title]);
      });
      this.parameterNumbers = new Map(this.parameters.map((item, place) => [item.title, place]));
    }

    readClasses(index) {
      const names = index.classNames.split("\n");
      const texts = index.classTexts.split("\n");
      const architectures = index.architectures.split("\n");
      const homes = new Map();
      const endings = new Map();
      const ending = (text) => {
        if (!endings.has(text)) endings.set(text, wordsOf(text));
        return endings.get(text);
      };
      this.tasks = index.tasks.split("\n").map((name) => ({ name, count: 0, items: [] }));
      index.classes.split("\n").forEach((title, place) => {
        const own = names[place] ? names[place].split("\t") : [];
        const url = `models/${title}/`;
        const item = { kind: "model", title, text: texts[place], weight: index.classWeights[place], url, names: own };
        item.steps = index.has[place];
        item.defaults = index.defaults[place];
        let number = 0;
        for (const step of item.steps) {
          number += step;
          const parameter = this.parameters[number];
          parameter.owners += 1;
          parameter.owner = item;
        }
        this.classes.push(item);
        const stem = title.replace(/Config$/, "");
        const stemWords = wordsOf(stem);
        this.addWords(item, [stemWords, [...stemWords, "config"], ...own.map(wordsOf)]);
        const solved = new Set();
        for (const entry of architectures[place] ? architectures[place].split("\t") : []) {
          const [short, numbers] = entry.split(":");
          const tasks = numbers ? numbers.split(",").map((task) => this.tasks[task]) : [];
          for (const task of tasks) solved.add(task);
          // Several classes may lead to one architecture; it is at home with the class whose name it has.
          const own = short.startsWith("~");
          const name = own ? stem + short.slice(1) : short;
          if (own || !homes.has(name)) homes.set(name, { title, url, tasks, stem: own ? stem : "", stemWords: own ? stemWords : [] });
        }
        for (const task of solved) task.count += 1;
      });
      for (const [name, { title, url, tasks, stem, stemWords }] of homes) {
        const item = { kind: "architecture", title: name, text: title, weight: 1, url: `${url}#${name}` };
        this.addWords(item, [[...stemWords, ...ending(name.slice(stem.length))]]);
        for (const task of tasks) task.items.push(item);
      }
      const base = this.classes.find(({ title }) => /^PreTrainedConfig$/i.test(title));
      this.common = base === undefined ? [] : this.parametersOf(base);
      for (const item of this.parameters) {
        // A parameter of one class has no page of its own: its place is on the page of that class.
        if (item.url === null && item.owner !== null) item.url = `models/${item.owner.title}/#${item.title}`;
      }
    }

    /** Numbers of a class's parameters, which the index keeps as differences. */
    parametersOf(item) {
      let number = 0;
      return item.steps.map((step) => (number += step));
    }

    /** "Models for object-detection": the table of models, filtered. */
    readTasks() {
      for (const { name, count } of this.tasks) {
        if (!name) continue;
        const text = `${count} configuration classes have an architecture for it`;
        this.add({ kind: "task", title: `Models for ${name}`, text, weight: count, url: `models/?task=${name}` }, [name]);
      }
    }

    readConcepts(concepts, phrases) {
      this.concepts = new Map();
      for (const [phrase, names] of Object.entries(phrases)) {
        const known = names.filter((name) => this.parameterNumbers.has(name));
        this.concepts.set(joined(phrase), [{ known, rank: 0, phrase: true }]);
      }
      for (const [meaning, names] of concepts) {
        const known = names.filter((name) => this.parameterNumbers.has(name));
        for (const name of [...names, meaning]) {
          const key = joined(name);
          if (!this.concepts.has(key)) this.concepts.set(key, []);
          this.concepts.get(key).push({ known, meaning, rank: Math.max(0, names.indexOf(name)) });
        }
      }
    }

    add(item, names) {
      this.addWords(item, names.map(wordsOf));
    }

    /** Keep an item under each of its names, which come as words, and under those words written as one. */
    addWords(item, names) {
      item.number = this.items.length;
      item.variants = [];
      const seen = names.length > 1 ? new Set() : null;
      for (const words of names) {
        if (!words.length) continue;
        const whole = words.join("");
        if (seen !== null) {
          const key = words.join(" ");
          if (seen.has(key)) continue;
          seen.add(key);
        }
        item.variants.push(words.map((word) => this.link(word, item)));
        if (words.length > 1 && !/^[0-9]+$/.test(whole) && (seen === null || !seen.has(whole))) {
          if (seen !== null) seen.add(whole);
          item.variants.push([this.link(whole, item)]);
        }
      }
      this.items.push(item);
    }

    link(word, item) {
      const number = this.number(word);
      this.links.push(number, item.number);
      return number;
    }

    number(word) {
      let number = this.numbers.get(word);
      if (number === undefined) {
        number = this.words.length;
        this.words.push(word);
        this.numbers.set(word, number);
      }
      return number;
    }

    /** Sort the links by word: items of word N are members[starts[N]] up to members[starts[N + 1]]. */
    gather() {
      const starts = new Int32Array(this.words.length + 1);
      for (let place = 0; place < this.links.length; place += 2) starts[this.links[place] + 1] += 1;
      for (let number = 0; number < this.words.length; number += 1) starts[number + 1] += starts[number];
      const next = starts.slice();
      this.members = new Int32Array(this.links.length / 2);
      for (let place = 0; place < this.links.length; place += 2) {
        this.members[next[this.links[place]]++] = this.links[place + 1];
      }
      this.starts = starts;
      this.links = null;
    }

    /** Numbers of the items that have a word in their name. */
    named(number) {
      return this.members.subarray(this.starts[number], this.starts[number + 1]);
    }

    /** Word → items whose text has it. Made at the first search, so that opening the search stays quick. */
    textIndex() {
      if (this.texts === null) {
        this.texts = new Map();
        for (const item of this.items) {
          if (item.kind === "architecture") continue;
          for (const word of new Set((item.text.toLowerCase().match(/[a-z0-9]+/g) ?? []).map(singular))) {
            if (STOP.has(word)) continue;
            const found = this.texts.get(word);
            if (found === undefined) this.texts.set(word, [item]);
            else found.push(item);
          }
        }
      }
      return this.texts;
    }

    /**
     * Search.
     *
     * @param {string} text What was typed.
     * @param {number} limit At most this many results.
     * @returns {Array<{kind: string, title: string, detail: string, text: string, url: string, score: number}>}
     */
    search(text, limit = 40) {
      const query = new Query(text);
      if (!query.words.length) return [];
      const matches = this.matches(query);
      this.weigh(query, matches);
      const scored = this.score(query, matches);
      const results = [...this.entries(query, scored), ...scored.values()].filter((found) => found.score > 0.04);
      results.sort((a, b) => b.score - a.score || (a.title < b.title ? -1 : 1));
      const least = results.length ? results[0].score * 0.15 : 0;
      return this.distinct(results.filter((found) => found.score >= least), limit);
    }

    /** Word number → how it matches: which words of the query, and how well. */
    matches(query) {
      const found = new Map();
      const note = (number, mask, strength) => {
        if (!found.has(number)) found.set(number, []);
        found.get(number).push({ mask, strength });
      };
      query.exact = 0;
      for (const { run, mask } of query.runs) {
        const number = this.numbers.get(run);
        if (number !== undefined) {
          note(number, mask, 1);
          if (this.isName(number)) query.exact |= mask;
        }
      }
      query.words.forEach((word, place) => this.matchWord(word, 1 << place, place === query.words.length - 1, note));
      return found;
    }

    matchWord(word, mask, last, note) {
      const exact = this.numbers.get(word);
      if (exact !== undefined) note(exact, mask, 1);
      if (STOP.has(word)) return;
      for (const alias of ALIASES.get(word) ?? []) {
        if (this.numbers.has(alias)) note(this.numbers.get(alias), mask, 0.85);
      }
      const stem = singular(word);
      for (const form of [stem, `${stem}s`]) {
        if (form !== word && this.numbers.has(form)) note(this.numbers.get(form), mask, 0.95);
      }
      this.matchBeginnings(word, mask, last, note);
      const known = exact !== undefined || this.numbers.has(stem) || this.numbers.has(`${stem}s`);
      if (word.length > 3) this.matchWithin(word, mask, known, note);
    }

    matchBeginnings(word, mask, last, note) {
      if (word.length < (last ? 1 : 3)) return;
      let low = 0;
      let high = this.sorted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.sorted[middle] < word) low = middle + 1;
        else high = middle;
      }
      for (; low < this.sorted.length && this.sorted[low].startsWith(word); low += 1) {
        const whole = this.sorted[low];
        if (whole !== word) note(this.numbers.get(whole), mask, (last ? 0.6 : 0.5) + 0.25 * (word.length / whole.length));
      }
      for (let length = word.length - 1; length >= Math.max(4, word.length * 0.6); length -= 1) {
        const number = this.numbers.get(word.slice(0, length));
        if (number !== undefined) note(number, mask, 0.55);
      }
    }

    /** Words that have the query's word within them; where nothing has it, words that it is a misspelling of. */
    matchWithin(word, mask, known, note) {
      const limit = word.length > 5 ? 2 : 1;
      for (let number = 0; number < this.words.length; number += 1) {
        const other = this.words[number];
        if (other.length > word.length && other.indexOf(word) > 0) {
          note(number, mask, 0.3 + 0.2 * (word.length / other.length));
        } else if (!known) {
          const count = slips(word, other, limit);
          if (count <= limit) note(number, mask, (count === 1 ? 0.8 : 0.6) - (word[0] === other[0] ? 0 : 0.15));
        }
      }
    }

    /** Tell whether a word is the whole name of something, or of something of one kind. */
    isName(number, kind = null) {
      if (number === undefined) return false;
      for (const place of this.named(number)) {
        const item = this.items[place];
        if (kind !== null && item.kind !== kind) continue;
        if (item.variants.some((words) => words.length === 1 && words[0] === number)) return true;
      }
      return false;
    }

    /** How much each word of the query matters: rare ones more, "which" not at all unless it is part of a name. */
    weigh(query, matches) {
      const counts = query.words.map(() => 0);
      let known = 0;
      for (const [number, list] of matches) {
        for (const { mask, strength } of list) {
          known |= mask;
          if (strength < 0.75) continue;
          query.words.forEach((_, place) => {
            if (mask === 1 << place) counts[place] += this.starts[number + 1] - this.starts[number];
          });
        }
      }
      const model = query.words.some((word) => this.isName(this.numbers.get(word), "model"));
      query.weights = query.words.map((word, place) => {
        const within = query.exact & (1 << place);
        if (STOP.has(word)) return within ? 0.1 : 0;
        if (/^[0-9]+(\.[0-9]+)?[bm]?$/.test(word) && model && !within) return 0.25;
        if (SIZES.has(word) && model && !within) return 0.12;
        const rarity = 1 + 0.12 * Math.log(this.items.length / (1 + counts[place]));
        if (WEAK.has(word)) return within ? 0.6 : 0.12;
        if (!(known & (1 << place)) && !this.textIndex().has(singular(word))) return 0.3; // nothing explains it
        return rarity;
      });
      if (query.weights.every((weight) => weight < 0.2)) query.weights = query.words.map(() => 1);
      query.total = query.weights.reduce((sum, weight) => sum + weight, 0);
    }

    /** Items that match at all, scored: number → result. */
    score(query, matches) {
      const found = new Map();
      for (const number of matches.keys()) {
        for (const place of this.named(number)) {
          const item = this.items[place];
          if (!found.has(item)) found.set(item, this.compare(item, query, matches));
        }
      }
      this.addConcepts(query, found);
      this.addTexts(query, found);
      for (const [item, result] of found) result.score = this.total(item, result, query);
      return found;
    }

    compare(item, query, matches) {
      let best = this.empty(item, query);
      for (const variant of item.variants) {
        const strengths = new Float32Array(query.words.length);
        let filled = 0;
        let counted = 0;
        let whole = 0;
        for (const number of variant) {
          const light = variant.length > 1 && STOP.has(this.words[number]) ? 0.2 : 1;
          counted += light;
          let top = 0;
          for (const { mask, strength } of matches.get(number) ?? NONE) {
            if (strength > top) top = strength;
            for (let place = 0; place < strengths.length; place += 1) {
              if (mask & (1 << place) && strength > strengths[place]) strengths[place] = strength;
            }
            if (variant.length === 1 && strength === 1) whole = 1;
          }
          filled += light * top;
        }
        const fill = filled / counted;
        const covered = strengths.reduce((sum, strength, place) => sum + strength * query.weights[place], 0) / query.total;
        if (covered + 0.3 * fill + 0.1 * whole > best.covered + 0.3 * best.fill + 0.1 * best.whole) {
          best = { ...best, strengths, fill, covered, whole };
        }
      }
      return best;
    }

    empty(item, query) {
      return {
        item, kind: item.kind, title: item.title, url: item.url, text: item.text, detail: "",
        strengths: new Float32Array(query.words.length), fill: 0, covered: 0, whole: 0, score: 0, names: true,
      };
    }

    /** Parameters that go by another name in the query: "kv heads" is num_key_value_heads. */
    addConcepts(query, found) {
      const runs = [...query.runs, ...query.words.map((run, place) => ({ run, mask: 1 << place, length: 1 }))];
      for (const { run, mask, length } of runs) {
        if (length === 1 && (STOP.has(run) || WEAK.has(run))) continue;
        for (const { known, rank, phrase } of this.concepts.get(run) ?? this.concepts.get(singular(run)) ?? []) {
          known.forEach((name, place) => {
            const item = this.parameters[this.parameterNumbers.get(name)];
            const strength = (length > 1 || phrase ? 0.96 : 0.72) - 0.03 * Math.min(place, 8) - 0.015 * Math.min(rank, 8);
            if (!found.has(item)) found.set(item, this.empty(item, query));
            const result = found.get(item);
            for (let at = 0; at < query.words.length; at += 1) {
              if (mask & (1 << at) && strength > result.strengths[at]) result.strengths[at] = strength;
            }
            const named = length > 1 ? 0.92 : phrase ? 0.8 : 0.45;
            result.fill = Math.max(result.fill, named - 0.03 * place);
          });
        }
      }
    }

    /** Words that stand in the description only. */
    addTexts(query, found) {
      const texts = this.textIndex();
      query.words.forEach((word, place) => {
        if (STOP.has(word) || word.length < 2) return;
        for (const { name, items } of this.tasks) {
          if (!name.split("-").some((part) => part === word || singular(word) === part)) continue;
          for (const item of items) {
            if (found.has(item) && found.get(item).strengths[place] < 0.7) found.get(item).strengths[place] = 0.7;
          }
        }
        const forms = new Set([singular(word), ...(ALIASES.get(word) ?? [])]);
        for (const form of forms) {
          for (const item of texts.get(form) ?? []) {
            if (!found.has(item)) found.set(item, this.empty(item, query));
            const { strengths } = found.get(item);
            if (strengths[place] < 0.42) strengths[place] = 0.42;
          }
        }
      });
    }

    total(item, result, query) {
      let covered = 0;
      for (let place = 0; place < query.words.length; place += 1) covered += result.strengths[place] * query.weights[place];
      covered /= query.total;
      result.covered = covered;
      const prior = (KIND_PRIOR[item.kind] ?? 0) + 0.05 * Math.log(item.weight);
      return covered * covered * (1 + 0.6 * result.fill + 0.25 * result.whole) + covered * prior;
    }

    /** "hidden size llama": a parameter of one class, for classes and parameters that each explain a part. */
    entries(query, scored) {
      const classes = [...scored.values()]
        .filter((result) => result.kind === "model" && result.fill > 0.2)
        .sort((a, b) => b.score - a.score)
        .slice(0, 24);
      const entries = [];
      for (const of of classes) {
        const made = [];
        const has = this.parametersOf(of.item);
        has.forEach((number, place) => {
          const parameter = scored.get(this.parameters[number]);
          if (parameter === undefined) return;
          const entry = this.entry(query, of, parameter, this.values[of.item.defaults[place]]);
          if (entry !== null) made.push(entry);
        });
        const own = new Set(has);
        for (const number of this.common) {
          const parameter = own.has(number) ? undefined : scored.get(this.parameters[number]);
          const entry = parameter === undefined ? null : this.entry(query, of, parameter, "");
          if (entry !== null) made.push(entry);
        }
        made.sort((a, b) => b.score - a.score);
        entries.push(...made.slice(0, 4));
      }
      return entries;
    }

    entry(query, of, parameter, value) {
      let covered = 0;
      let byClass = 0;
      let byParameter = 0;
      for (let place = 0; place < query.words.length; place += 1) {
        const own = of.strengths[place] >= 0.5 ? of.strengths[place] : 0;
        const its = parameter.strengths[place];
        covered += Math.max(own, its) * query.weights[place];
        if (own > its) byClass += query.weights[place] * own;
        if (its > own) byParameter += query.weights[place] * its;
      }
      if (byClass < 0.3 || byParameter < 0.3) return null;
      covered /= query.total;
      const fill = (of.fill + parameter.fill) / 2;
      const prior = KIND_PRIOR.entry + 0.02 * Math.log(of.item.weight) + 0.01 * Math.log(parameter.item.weight);
      return {
        kind: "entry",
        title: parameter.title,
        detail: of.title,
        text: parameter.text,
        value,
        url: `${of.url}#${parameter.title}`,
        score: covered * covered * (1 + 0.6 * fill + 0.1 * (of.whole + parameter.whole)) + covered * prior,
        item: parameter.item,
      };
    }

    distinct(results, limit) {
      const seen = new Set();
      const kept = [];
      for (const { item, kind, title, detail, text, value, url, score } of results) {
        if (!url && url !== "") continue;
        if (seen.has(url)) continue;
        seen.add(url);
        const models = kind === "parameter" ? item.owners : 0;
        const owner = kind === "parameter" && models === 1 ? item.owner.title : "";
        kept.push({ kind, title, detail: detail || owner, text, value, url, models, names: item.names ?? [], count: item.steps?.length, score });
        if (kept.length === limit) break;
      }
      return kept;
    }
  }

  globalThis.CatalogSearch = CatalogSearch;
})();
