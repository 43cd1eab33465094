/* Starts one of GloVe's tools from the sources in the package crucyble, which has functions in place of `main`.
   TOOL is 1 for vocab_count, 2 for cooccur, 3 for shuffle, 4 for glove. */

#include <stdio.h>
#include <stdlib.h>

#if TOOL == 1

int vocab_count(char *corpus, char *output, int verbosity, long long max_vocab, long long min_count, char *log);

int main(int argc, char **argv) { /* CORPUS VOCAB MIN_COUNT */
    return argc == 4 ? vocab_count(argv[1], argv[2], 0, 0, atoll(argv[3]), "/dev/null") : 2;
}

#elif TOOL == 2

extern FILE *logfile;
int cooccur(char *corpus, char *vocab, char *output, int verbosity, int symmetric, int window, char *overflow,
            float gigabytes, char *log);

/* The package closes its log before it merges and then goes on writing to it. The next file that is opened, the
   counts, takes over the closed one's place, so the log's last lines would end up in the counts. */
int close_all_but_log(FILE *file) { return file == logfile ? 0 : fclose(file); }

int main(int argc, char **argv) { /* CORPUS VOCAB COUNTS OVERFLOW SYMMETRIC WINDOW GIGABYTES */
    if (argc != 8) return 2;
    return cooccur(argv[1], argv[2], argv[3], 0, atoi(argv[5]), atoi(argv[6]), argv[4], atof(argv[7]), "/dev/null");
}

#elif TOOL == 3

int shuffle(char *counts, char *output, char *temporary, int verbosity, float gigabytes);

int main(int argc, char **argv) { /* COUNTS OUTPUT TEMPORARY GIGABYTES SEED */
    if (argc != 6) return 2;
    srand(atoi(argv[5]));
    return shuffle(argv[1], argv[2], argv[3], 0, atof(argv[4]));
}

#else

extern int verbose, num_threads, num_iter, vector_size, save_gradsq, use_binary, model;
extern double x_max, alpha, eta, *cost;
extern long long vocab_size;
extern char *vocab_file, *input_file, *save_W_file;
int train_glove(void);

/* What GloVe's own `main` does. The package's `train` would write the squared gradients, too. */
int main(int argc, char **argv) { /* SHUFFLED VOCAB OUTPUT DIM ITERATIONS THREADS X_MAX ALPHA ETA SEED */
    if (argc != 11) return 2;
    input_file = argv[1];
    vocab_file = argv[2];
    save_W_file = argv[3];
    vector_size = atoi(argv[4]);
    num_iter = atoi(argv[5]);
    num_threads = atoi(argv[6]);
    x_max = atof(argv[7]);
    alpha = atof(argv[8]);
    eta = atof(argv[9]);
    srand(atoi(argv[10]));
    verbose = 1;
    use_binary = 0;
    save_gradsq = 0;
    model = 2;
    cost = malloc(sizeof(double) * num_threads);
    FILE *words = fopen(vocab_file, "r");
    if (cost == NULL || words == NULL) return 1;
    for (int c; (c = getc(words)) != EOF;) vocab_size += c == '\n';
    fclose(words);
    return train_glove();
}

#endif
