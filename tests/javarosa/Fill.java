import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.javarosa.core.model.*;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.reference.*;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.services.properties.IPropertyRules;
import org.javarosa.core.services.transport.payload.ByteArrayPayload;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.*;
import org.javarosa.model.xform.*;
import org.javarosa.xform.util.XFormUtils;

/**
 * Fills a form at random, but validly, with the engine that ODK Collect uses, and writes what Collect
 * would send. {@code Fill FORM.xml MEDIA_DIR OUT_DIR COUNT SEED} writes OUT_DIR/1.xml … and prints one
 * JSON line per record with the files it names; {@code phrases.txt} must be on the class path.
 *
 * <p>The seed decides the answers; identifiers and clock times are new at each run, as on a phone.
 */
public final class Fill {
    private static final int TRIES_PER_RECORD = 40;
    private static final String AUDIT = "audit.csv";
    private static final Pattern NAMED_FILE =
        Pattern.compile(">(\\d{13}\\.\\w{3}|" + AUDIT + ")<");

    /** No valid answer exists here: a person would go back and choose differently. */
    private static final class DeadEnd extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DeadEnd(String why) {
            super(why);
        }
    }

    private final FormEntryController controller;
    private final Random random;
    private final Answers answers;
    private final Map<String, Integer> repeats = new HashMap<>();

    private Fill(FormDef form, Random random) {
        this.controller = new FormEntryController(new FormEntryModel(form));
        this.random = random;
        this.answers = new Answers(random);
    }

    public static void main(String[] arguments) throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Ho_Chi_Minh"));
        // The parser talks on standard output; that is ours, for the JSON lines.
        PrintStream lines = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        Phone.start(new File(arguments[1]));
        Path out = Path.of(arguments[2]);
        long seed = Long.parseLong(arguments[4]);
        for (int number = 1; number <= Integer.parseInt(arguments[3]); number++) {
            // Neighbouring seeds of Random begin alike; splitting first keeps records apart.
            long own = new SplittableRandom(seed * 1_000_003 + number).nextLong();
            byte[] xml = record(arguments[0], new Random(own));
            Files.write(out.resolve(number + ".xml"), xml);
            lines.println("{\"record\": " + number + ", \"files\": [" + files(xml) + "]}");
        }
    }

    private static String files(byte[] xml) {
        return NAMED_FILE.matcher(new String(xml, StandardCharsets.UTF_8)).results()
            .map(found -> '"' + found.group(1) + '"').distinct().collect(Collectors.joining(", "));
    }

    private static byte[] record(String xform, Random random) throws Exception {
        DeadEnd last = null;
        for (int attempt = 0; attempt < TRIES_PER_RECORD; attempt++) {
            FormDef form;
            try (InputStream in = new FileInputStream(xform)) {
                form = XFormUtils.getFormFromInputStream(in);
            }
            form.initialize(true, new InstanceInitializationFactory());
            Fill person = new Fill(form, random);
            try {
                person.walk();
                person.correct();
                return person.send();
            } catch (DeadEnd deadEnd) {
                last = deadEnd;
            }
        }
        throw new IllegalStateException("Could not fill " + xform, last);
    }

    private void walk() {
        int event = controller.stepToNextEvent();
        while (event != FormEntryController.EVENT_END_OF_FORM) {
            FormIndex index = controller.getModel().getFormIndex();
            if (event == FormEntryController.EVENT_QUESTION) {
                answer(index);
            } else if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT && another(index)) {
                controller.newRepeat();
            } else if (event == FormEntryController.EVENT_REPEAT && unwanted(index)) {
                controller.jumpToIndex(controller.deleteRepeat());
            }
            event = controller.stepToNextEvent();
        }
    }

    private boolean another(FormIndex index) {
        return repetition(index) < wanted(index);
    }

    /** An index begins with the outermost group; only its last step counts a repeat inside groups. */
    private static int repetition(FormIndex index) {
        return index.getTerminal().getInstanceIndex();
    }

    /** A form offers the first repetition unasked; now and then the person removes it. */
    private boolean unwanted(FormIndex index) {
        GroupDef group = (GroupDef) controller.getModel().getForm().getChild(index);
        return group.getCountReference() == null && repetition(index) == 0 && wanted(index) == 0;
    }

    private int wanted(FormIndex index) {
        String name = index.getReference().genericize().toString();
        return repeats.computeIfAbsent(name, n -> random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(3));
    }

    private void answer(FormIndex index) {
        FormEntryPrompt prompt = controller.getModel().getQuestionPrompt(index);
        if (prompt.isReadOnly() || prompt.getControlType() == Constants.CONTROL_UNTYPED) {
            return;
        }
        if (!prompt.isRequired() && random.nextInt(5) == 0) {
            return;
        }
        TreeElement node = controller.getModel().getForm().getMainInstance()
            .resolveReference(index.getReference());
        for (int attempt = 0; attempt < Answers.TRIES; attempt++) {
            IAnswerData value = answers.to(prompt, node.getConstraint(), attempt);
            if (value != null
                && controller.answerQuestion(index, value, true) == FormEntryController.ANSWER_OK) {
                return;
            }
        }
        if (prompt.isRequired()) {
            throw new DeadEnd("No valid answer to " + index.getReference());
        }
    }

    /** A later answer can spoil an earlier one; Collect then leads the person back to it. */
    private void correct() {
        ValidateOutcome wrong = controller.getModel().getForm().validate();
        for (int attempt = 0; wrong != null; attempt++) {
            if (attempt == 20) {
                throw new DeadEnd("No way to set right " + wrong.failedPrompt.getReference());
            }
            controller.jumpToIndex(wrong.failedPrompt);
            answer(wrong.failedPrompt);
            wrong = controller.getModel().getForm().validate();
        }
    }

    private byte[] send() throws Exception {
        FormDef form = controller.getModel().getForm();
        controller.finalizeFormEntry();
        TreeElement meta = form.getMainInstance().getRoot().getFirstChild("meta");
        TreeElement audit = meta == null ? null : meta.getFirstChild("audit");
        if (audit != null) {
            audit.setValue(new StringData(AUDIT));
        }
        SubmissionProfile profile = form.getSubmissionProfile();
        IDataReference part = profile == null || profile.getRef() == null
            ? new XPathReference("/") : profile.getRef();
        ByteArrayPayload payload = (ByteArrayPayload) new XFormSerializingVisitor()
            .createSerializedPayload(form.getMainInstance(), part);
        return payload.getPayloadStream().readAllBytes();
    }

    /** What a phone gives to forms: its identity, and media from a folder. */
    private static final class Phone implements IPropertyManager {
        static void start(File media) {
            PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
            PrototypeManager.registerPrototypes(CoreModelModule.classNames);
            new XFormsModule().registerModule();
            PropertyManager.setPropertyManager(new Phone());
            String[] roots = {"file-csv", "file", "images", "image", "audio", "video"};
            ReferenceManager.instance().addReferenceFactory(new PrefixedRootFactory(roots) {
                @Override
                protected Reference factory(String terminal, String uri) {
                    return new FromFolder(new File(media, terminal), uri);
                }
            });
        }

        @Override
        public String getSingularProperty(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "deviceid" -> "collect:q7Xw2LmN8rTb4KvZ";
                case "username" -> "ctv.tienyen";
                case "email" -> "ctv.tienyen@example.org";
                case "phonenumber" -> "0912345678";
                default -> null;
            };
        }

        @Override
        public List<String> getProperty(String name) {
            String value = getSingularProperty(name);
            return value == null ? List.of() : List.of(value);
        }

        @Override
        public void setProperty(String name, String value) {}

        @Override
        public void setProperty(String name, List<String> value) {}

        @Override
        public void addRules(IPropertyRules rules) {}

        @Override
        public List<IPropertyRules> getRules() {
            return List.of();
        }
    }

    private record FromFolder(File file, String uri) implements Reference {
        @Override
        public boolean doesBinaryExist() {
            return file.isFile();
        }

        @Override
        public InputStream getStream() throws java.io.IOException {
            return new FileInputStream(file);
        }

        @Override
        public String getURI() {
            return uri;
        }

        @Override
        public String getLocalURI() {
            return file.getPath();
        }

        @Override
        public boolean isReadOnly() {
            return true;
        }

        @Override
        public OutputStream getOutputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void remove() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Reference[] probeAlternativeReferences() {
            return new Reference[0];
        }
    }
}
