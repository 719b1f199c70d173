/** What can be found: reads the search index, whose layout catalog/site/search_index.py describes. */
(() => {
  "use strict";
  const { STOP, joined, singular, wordsOf } = globalThis.CatalogWords;

  /** Every item of the index, and which items have a word in their name or in their text. */
  class CatalogNames {
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
  }

  globalThis.CatalogNames = CatalogNames;
})();
