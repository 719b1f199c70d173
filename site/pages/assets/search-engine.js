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
  const { ALIASES, SIZES, STOP, WEAK, singular, slips, wordsOf } = globalThis.CatalogWords;
  const KIND_PRIOR = { parameter: 0.06, model: 0.06, entry: 0.03, architecture: -0.02, release: -0.05, task: 0.02 };
  const NONE = new Uint8Array(0);

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

  class CatalogSearch extends globalThis.CatalogNames {
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
