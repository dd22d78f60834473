import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.*;
import java.util.*;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.javarosa.core.model.*;
import org.javarosa.core.model.condition.Constraint;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.xpath.XPathConditional;

/** Believable answers to any question: from {@code phrases.txt} first, then whatever the type allows. */
final class Answers {
    static final int TRIES = 300;

    /** After so many failures the phrases do not fit; the net is cast wider. */
    private static final int BELIEVABLE = 30;
    private static final ZoneId ZONE = ZoneId.of("Asia/Ho_Chi_Minh");
    private static final Pattern RANGE = Pattern.compile("(-?[\\d.:]+?)\\.\\.(-?[\\d.:]+)");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");
    private static final String ANYTHING = ".*";
    private static final Map<String, List<String>> PHRASES = phrases();

    private final Random random;
    private long clock = System.currentTimeMillis() - 40 * 86_400_000L;

    Answers(Random random) {
        this.random = random;
    }

    private static Map<String, List<String>> phrases() {
        Map<String, List<String>> found = new LinkedHashMap<>();
        List<String> section = null;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                ClassLoader.getSystemResourceAsStream("phrases.txt"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    section = new ArrayList<>();
                    found.put(line.substring(1, line.length() - 1), section);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    Collections.addAll(section, line.split(" \\| "));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** One try; null when there is nothing to answer with. */
    IAnswerData to(FormEntryPrompt prompt, Constraint constraint, int attempt) {
        String phrase = attempt < BELIEVABLE ? phrase(prompt) : null;
        return switch (prompt.getControlType()) {
            case Constants.CONTROL_SELECT_ONE -> one(prompt, phrase);
            case Constants.CONTROL_SELECT_MULTI -> several(prompt, phrase);
            case Constants.CONTROL_RANK -> {
                List<Selection> order = new ArrayList<>(all(prompt));
                Collections.shuffle(order, random);
                yield order.isEmpty() ? null : new MultipleItemsData(order);
            }
            case Constants.CONTROL_TRIGGER -> new StringData("OK");
            case Constants.CONTROL_IMAGE_CHOOSE -> file("jpg");
            case Constants.CONTROL_AUDIO_CAPTURE -> file("m4a");
            case Constants.CONTROL_VIDEO_CAPTURE -> file("mp4");
            case Constants.CONTROL_OSM_CAPTURE -> file("osm");
            case Constants.CONTROL_FILE_CAPTURE, Constants.CONTROL_UPLOAD -> file("pdf");
            case Constants.CONTROL_RANGE -> step(prompt);
            default -> typed(prompt, constraint, phrase, attempt);
        };
    }

    private String phrase(FormEntryPrompt prompt) {
        String name = prompt.getIndex().getReference().getNameLast();
        boolean words = prompt.getDataType() == Constants.DATATYPE_TEXT;
        for (Map.Entry<String, List<String>> section : PHRASES.entrySet()) {
            boolean fits = name.matches(section.getKey()) || words && (name + ":text").matches(section.getKey());
            if (fits && (words || !section.getKey().equals(ANYTHING))) {
                return pick(section.getValue());
            }
        }
        return null;
    }

    private IAnswerData one(FormEntryPrompt prompt, String phrase) {
        List<Selection> chosen = meant(prompt, phrase);
        List<Selection> all = chosen.isEmpty() ? all(prompt) : chosen;
        return all.isEmpty() ? null : new SelectOneData(pick(all));
    }

    private IAnswerData several(FormEntryPrompt prompt, String phrase) {
        List<Selection> chosen = meant(prompt, phrase);
        if (chosen.isEmpty()) {
            List<Selection> all = all(prompt);
            // Collect keeps the order of the form, whatever the order of tapping.
            int many = 1 + random.nextInt(3);
            chosen = all.stream().filter(s -> random.nextInt(all.size()) < many).toList();
        }
        return chosen.isEmpty() ? null : new SelectMultiData(chosen);
    }

    /** The choices a phrase names; none when it speaks of something else. */
    private static List<Selection> meant(FormEntryPrompt prompt, String phrase) {
        List<String> names = List.of(phrase == null ? new String[0] : phrase.split(" "));
        return all(prompt).stream().filter(s -> names.contains(s.getValue())).toList();
    }

    private static List<Selection> all(FormEntryPrompt prompt) {
        return prompt.getSelectChoices().stream().map(SelectChoice::selection).toList();
    }

    /** Collect names a file after the moment it was made. */
    private IAnswerData file(String extension) {
        clock += 1_000 + random.nextInt(90_000);
        return new StringData(clock + "." + extension);
    }

    private IAnswerData step(FormEntryPrompt prompt) {
        RangeQuestion range = (RangeQuestion) prompt.getQuestion();
        double step = range.getRangeStep().doubleValue();
        double width = range.getRangeEnd().subtract(range.getRangeStart()).doubleValue();
        double value = range.getRangeStart().doubleValue()
            + step * random.nextInt(1 + (int) Math.round(Math.abs(width / step)));
        return prompt.getDataType() == Constants.DATATYPE_INTEGER
            ? new IntegerData((int) Math.round(value)) : new DecimalData(value);
    }

    private IAnswerData typed(FormEntryPrompt prompt, Constraint constraint, String phrase, int attempt) {
        Matcher range = RANGE.matcher(phrase == null ? "" : phrase);
        String low = range.matches() ? range.group(1) : phrase;
        String high = range.matches() ? range.group(2) : phrase;
        return switch (prompt.getDataType()) {
            case Constants.DATATYPE_INTEGER, Constants.DATATYPE_LONG ->
                new IntegerData((int) Math.round(number(prompt, constraint, low, high)));
            case Constants.DATATYPE_DECIMAL ->
                new DecimalData(Math.round(number(prompt, constraint, low, high) * 10) / 10.0);
            case Constants.DATATYPE_DATE -> new DateData(day(low, high, attempt));
            case Constants.DATATYPE_DATE_TIME -> new DateTimeData(
                new Date(day(low, high, attempt).getTime() + random.nextInt(60_000_000)));
            case Constants.DATATYPE_TIME -> new TimeData(time(low, high));
            case Constants.DATATYPE_GEOPOINT -> new GeoPointData(point());
            case Constants.DATATYPE_GEOTRACE -> new GeoTraceData(new GeoTraceData.GeoTrace(line()));
            case Constants.DATATYPE_GEOSHAPE -> {
                ArrayList<double[]> ring = line();
                ring.add(ring.get(0));
                yield new GeoShapeData(new GeoShapeData.GeoShape(ring));
            }
            case Constants.DATATYPE_BOOLEAN -> new BooleanData(random.nextBoolean());
            case Constants.DATATYPE_BARCODE -> new StringData(digits("893##########"));
            default -> new StringData(text(prompt, phrase, attempt));
        };
    }

    private double number(FormEntryPrompt prompt, Constraint constraint, String low, String high) {
        if (low != null && NUMBER.matcher(low).matches()) {
            return between(Double.parseDouble(low), Double.parseDouble(high));
        }
        String hint = prompt.getAppearanceHint();
        if (hint != null && hint.contains("thousands-sep") && random.nextBoolean()) {
            return 50_000 * (1 + random.nextInt(60));
        }
        // The limits are most often literals in the constraint.
        List<Double> limits = new ArrayList<>(List.of(0.0, 20.0));
        if (constraint != null && constraint.constraint instanceof XPathConditional condition) {
            Matcher literal = NUMBER.matcher(String.valueOf(condition.xpath));
            while (literal.find()) {
                limits.add(Double.parseDouble(literal.group()));
            }
        }
        return between(pick(limits), pick(limits));
    }

    private double between(double a, double b) {
        boolean whole = a == Math.rint(a) && b == Math.rint(b);
        double low = Math.min(a, b);
        double width = Math.abs(b - a);
        return whole ? low + Math.floor(random.nextDouble() * (width + 1)) : low + random.nextDouble() * width;
    }

    private Date day(String low, String high, int attempt) {
        boolean given = low != null && NUMBER.matcher(low).matches();
        double from = given ? Double.parseDouble(low) : attempt < BELIEVABLE ? -60 : -7_000;
        double to = given ? Double.parseDouble(high) : attempt < BELIEVABLE ? 0 : 120;
        LocalDate day = LocalDate.now(ZONE).plusDays((long) between(from, to));
        return Date.from(day.atStartOfDay(ZONE).toInstant());
    }

    private Date time(String low, String high) {
        boolean given = low != null && low.contains(":");
        int from = (given ? LocalTime.parse(low) : LocalTime.of(7, 0)).toSecondOfDay() / 60;
        int to = (given ? LocalTime.parse(high) : LocalTime.of(21, 0)).toSecondOfDay() / 60;
        LocalTime time = LocalTime.MIDNIGHT.plusMinutes((long) between(from, to));
        return Date.from(LocalDate.now(ZONE).atTime(time).atZone(ZONE).toInstant());
    }

    /** Somewhere in Quảng Ninh. */
    private double[] point() {
        return new double[] {
            Math.round((20.95 + random.nextDouble() * 0.5) * 1e7) / 1e7,
            Math.round((107.0 + random.nextDouble() * 0.9) * 1e7) / 1e7,
            Math.round((2 + random.nextDouble() * 400) * 10) / 10.0,
            Math.round((3 + random.nextDouble() * 17) * 100) / 100.0,
        };
    }

    private ArrayList<double[]> line() {
        ArrayList<double[]> points = new ArrayList<>();
        for (int corner = 0; corner < 3 + random.nextInt(4); corner++) {
            points.add(point());
        }
        return points;
    }

    private String text(FormEntryPrompt prompt, String phrase, int attempt) {
        String hint = prompt.getAppearanceHint();
        boolean numbers = hint != null && hint.contains("numbers");
        if (phrase == null || (numbers && phrase.indexOf('#') < 0)) {
            // A pattern we know nothing about: all lengths of digits, sometimes after a letter.
            String letter = !numbers && random.nextBoolean() ? "A" : "";
            return letter + digits("#".repeat(1 + attempt % 14));
        }
        boolean lines = hint != null && hint.contains("multiline");
        return phrase.indexOf('#') < 0 ? rough(phrase, lines) : digits(phrase);
    }

    /** What real phones send and careless software breaks. */
    private String rough(String text, boolean lines) {
        return switch (random.nextInt(60)) {
            case 0, 1, 2, 3 -> Normalizer.normalize(text, Normalizer.Form.NFD);
            case 4 -> "=1+1 " + text;
            case 5, 6, 7 -> lines ? text + "\n" + pick(PHRASES.get(ANYTHING)) : text;
            case 8 -> text + " \uD83D\uDE42";
            case 9 -> "\u00A0" + text + "  ";
            default -> text;
        };
    }

    private String digits(String pattern) {
        StringBuilder text = new StringBuilder();
        for (char letter : pattern.toCharArray()) {
            text.append(letter == '#' ? (char) ('0' + random.nextInt(10)) : letter);
        }
        return text.toString();
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
